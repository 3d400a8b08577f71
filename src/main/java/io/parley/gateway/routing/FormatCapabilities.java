package io.parley.gateway.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.Json;
import io.parley.config.ProviderConfig.Format;
import io.parley.contract.ChatMessage;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Problem.Violation;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.Tools.ToolChoice;
import java.util.Optional;

/** Knows what cannot be said in a vendor's format. What concerns sampling is not looked at: it is dropped where nobody takes it. */
public final class FormatCapabilities {

    private FormatCapabilities() {}

    /** The first thing of the prompt that the format has no words for. */
    public static Optional<Violation> unsupported(Format format, Prompt prompt) {
        return switch (format) {
            case OPENAI -> Optional.empty();
            case ANTHROPIC -> anthropic(prompt).or(() -> arguments(prompt));
            case OLLAMA -> ollama(prompt).or(() -> arguments(prompt));
        };
    }

    private static Optional<Violation> anthropic(Prompt prompt) {
        GenerationOptions options = prompt.options();
        if (options.jsonObject()) {
            return unsupported("/response_format", "takes json_schema only");
        }
        boolean effortTooLow = options.reasoningEffort()
                .filter(effort -> effort == ReasoningEffort.NONE || effort == ReasoningEffort.MINIMAL)
                .isPresent();
        return effortTooLow ? unsupported("/reasoning_effort", "takes low to max only") : Optional.empty();
    }

    private static Optional<Violation> ollama(Prompt prompt) {
        Tools tools = prompt.tools();
        if (!tools.definitions().isEmpty() && tools.choice() == ToolChoice.REQUIRED) {
            return unsupported("/tool_choice", "takes auto and none only");
        }
        if (!tools.definitions().isEmpty() && !tools.parallel()) {
            return unsupported("/parallel_tool_calls", "always allows several calls");
        }
        if (tools.definitions().stream().anyMatch(Tools.Tool::strict)) {
            return unsupported("/tools", "knows no strict tools");
        }
        return prompt.options().reasoningEffort().flatMap(effort -> switch (effort) {
            case NONE, LOW, MEDIUM, HIGH -> Optional.empty();
            case MINIMAL, XHIGH, MAX -> unsupported("/reasoning_effort", "takes none, low, medium and high only");
        });
    }

    /** Some vendors take arguments as objects rather than as text. */
    private static Optional<Violation> arguments(Prompt prompt) {
        boolean allObjects = prompt.messages().stream()
                .map(ChatMessage::toolCalls)
                .flatMap(calls -> calls.stream())
                .allMatch(call -> isJsonObject(call.arguments()));
        return allObjects
                ? Optional.empty()
                : unsupported("/messages", "takes arguments of tool calls only if they are JSON objects");
    }

    private static boolean isJsonObject(String text) {
        try {
            return Json.MAPPER.readTree(text).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static Optional<Violation> unsupported(String pointer, String message) {
        return Optional.of(new Violation(pointer, "unsupported", "the provider of this model " + message));
    }
}
