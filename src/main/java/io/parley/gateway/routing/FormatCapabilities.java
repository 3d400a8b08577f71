package io.parley.gateway.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.ContractJson;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Audio;
import io.parley.contract.ContentPart.Document;
import io.parley.contract.ContentPart.Image;
import io.parley.contract.ContentPart.Remote;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.GenerationOptions.ServerDefault;
import io.parley.contract.Problem.Violation;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.Tools.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks whether a provider's format supports a prompt, and names the options that it has no field for and that are left out. Ignores
 * whether a model accepts the temperature and top_p.
 */
public final class FormatCapabilities {

    private FormatCapabilities() {}

    /**
     * The first part of the prompt that the format does not support, by its position in the prompt; empty if it supports all of it. What
     * the client calls that part is known to the code that has read the request.
     */
    public static Optional<Violation> unsupported(Format format, Prompt prompt) {
        return switch (format) {
            case OPENAI -> attachments(format, prompt);
            case ANTHROPIC ->
                anthropic(prompt).or(() -> attachments(format, prompt)).or(() -> arguments(prompt));
            case OLLAMA -> ollama(prompt).or(() -> attachments(format, prompt)).or(() -> arguments(prompt));
        };
    }

    /** The names of the options that the format does not have, and without which an answer still is what the client asked for. */
    public static List<String> droppedHints(ProviderConfig provider, Prompt prompt) {
        List<String> names = droppedHints(provider.format(), prompt);
        GenerationOptions options = prompt.options();
        if (!provider.acceptsSampling()) {
            if (options.temperature().isPresent() && !options.serverDefaults().contains(ServerDefault.TEMPERATURE)) {
                names.add("temperature");
            }
            options.topP().ifPresent(_ -> names.add("top_p"));
            options.topK().ifPresent(_ -> names.add("top_k"));
        }
        return names;
    }

    static List<String> droppedHints(Format format, Prompt prompt) {
        List<String> names = new ArrayList<>();
        Tools tools = prompt.tools();
        if (format == Format.OLLAMA && tools.definitions().stream().anyMatch(Tools.Tool::strict)) {
            names.add("strict");
        }
        if (format == Format.OLLAMA && !tools.definitions().isEmpty() && !tools.parallel()) {
            names.add("parallel_tool_calls");
        }
        GenerationOptions options = prompt.options();
        if (format == Format.ANTHROPIC) {
            options.frequencyPenalty().ifPresent(_ -> names.add("frequency_penalty"));
            options.presencePenalty().ifPresent(_ -> names.add("presence_penalty"));
            options.seed().ifPresent(_ -> names.add("seed"));
        }
        if (format == Format.OPENAI) {
            options.topK().ifPresent(_ -> names.add("top_k"));
        }
        if (format != Format.OPENAI && parts(prompt).stream().anyMatch(FormatCapabilities::hasDetail)) {
            names.add("detail");
        }
        return names;
    }

    private static boolean hasDetail(ContentPart part) {
        return part instanceof Image image && image.detail().isPresent();
    }

    private static Optional<Violation> anthropic(Prompt prompt) {
        GenerationOptions options = prompt.options();
        boolean effortTooLow = options.reasoningEffort()
                .filter(ReasoningEffort.MINIMAL::equals)
                .isPresent();
        return effortTooLow ? unsupported("/reasoning_effort", "supports only none, and low to max") : Optional.empty();
    }

    private static Optional<Violation> ollama(Prompt prompt) {
        Tools tools = prompt.tools();
        if (!tools.definitions().isEmpty() && tools.choice() == ToolChoice.REQUIRED) {
            return unsupported("/tool_choice", "supports only auto and none");
        }
        return prompt.options().reasoningEffort().flatMap(effort -> switch (effort) {
            case NONE, LOW, MEDIUM, HIGH -> Optional.empty();
            case MINIMAL, XHIGH, MAX -> unsupported("/reasoning_effort", "supports only none, low, medium and high");
        });
    }

    /** The first picture, document or recording that the format does not have. */
    private static Optional<Violation> attachments(Format format, Prompt prompt) {
        return firstOf(prompt, "content", ChatMessage::parts, part -> attachment(format, part));
    }

    /** The first part of a message that {@code check} has an objection to, by its position. */
    private static <T> Optional<Violation> firstOf(
            Prompt prompt, String field, Function<ChatMessage, List<T>> parts, Function<T, Optional<String>> check) {
        List<ChatMessage> messages = prompt.messages();
        for (int i = 0; i < messages.size(); i++) {
            List<T> all = parts.apply(messages.get(i));
            for (int j = 0; j < all.size(); j++) {
                Optional<String> reason = check.apply(all.get(j));
                if (reason.isPresent()) {
                    return unsupported("/messages/" + i + "/" + field + "/" + j, reason.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> attachment(Format format, ContentPart part) {
        return switch (part) {
            case ContentPart.Text _ -> Optional.empty();
            case Image image ->
                format == Format.OLLAMA && image.source() instanceof Remote
                        ? Optional.of("supports no images by URL: send the image itself")
                        : Optional.empty();
            case Document document ->
                switch (format) {
                    case OLLAMA -> Optional.of("supports no documents");
                    case OPENAI ->
                        document.source() instanceof Remote
                                ? Optional.of("supports no documents by URL: send the document itself")
                                : Optional.empty();
                    case ANTHROPIC -> Optional.empty();
                };
            case Audio _ -> format == Format.OPENAI ? Optional.empty() : Optional.of("supports no audio");
        };
    }

    private static List<ContentPart> parts(Prompt prompt) {
        return prompt.messages().stream()
                .flatMap(message -> message.parts().stream())
                .toList();
    }

    /** Some formats represent arguments as JSON objects rather than as text. */
    private static Optional<Violation> arguments(Prompt prompt) {
        return firstOf(
                prompt,
                "tool_calls",
                ChatMessage::toolCalls,
                call -> isJsonObject(call.arguments())
                        ? Optional.empty()
                        : Optional.of("requires the arguments of tool calls to be JSON objects"));
    }

    private static boolean isJsonObject(String text) {
        try {
            return ContractJson.MAPPER.readTree(text).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static Optional<Violation> unsupported(String pointer, String message) {
        return Optional.of(new Violation(pointer, "unsupported", "the provider of this model " + message));
    }
}
