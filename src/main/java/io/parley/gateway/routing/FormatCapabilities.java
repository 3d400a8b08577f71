package io.parley.gateway.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.ContractJson;
import io.parley.config.ProviderConfig.Format;
import io.parley.contract.ChatMessage;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Problem.Violation;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.Tools.ToolChoice;
import java.util.Optional;

/** Checks whether a provider's format supports a prompt. Ignores sampling parameters, which are dropped where they are not supported. */
public final class FormatCapabilities {

    private FormatCapabilities() {}

    /** The first part of the prompt that the format does not support; empty if it supports all of it. */
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
            return unsupported("/response_format", "supports only json_schema");
        }
        boolean effortTooLow = options.reasoningEffort()
                .filter(effort -> effort == ReasoningEffort.NONE || effort == ReasoningEffort.MINIMAL)
                .isPresent();
        return effortTooLow ? unsupported("/reasoning_effort", "supports only low to max") : Optional.empty();
    }

    private static Optional<Violation> ollama(Prompt prompt) {
        Tools tools = prompt.tools();
        if (!tools.definitions().isEmpty() && tools.choice() == ToolChoice.REQUIRED) {
            return unsupported("/tool_choice", "supports only auto and none");
        }
        if (!tools.definitions().isEmpty() && !tools.parallel()) {
            return unsupported("/parallel_tool_calls", "cannot disable parallel tool calls");
        }
        if (tools.definitions().stream().anyMatch(Tools.Tool::strict)) {
            return unsupported("/tools", "does not support strict tools");
        }
        return prompt.options().reasoningEffort().flatMap(effort -> switch (effort) {
            case NONE, LOW, MEDIUM, HIGH -> Optional.empty();
            case MINIMAL, XHIGH, MAX -> unsupported("/reasoning_effort", "supports only none, low, medium and high");
        });
    }

    /** Some formats represent arguments as JSON objects rather than as text. */
    private static Optional<Violation> arguments(Prompt prompt) {
        boolean allObjects = prompt.messages().stream()
                .map(ChatMessage::toolCalls)
                .flatMap(calls -> calls.stream())
                .allMatch(call -> isJsonObject(call.arguments()));
        return allObjects
                ? Optional.empty()
                : unsupported("/messages", "requires the arguments of tool calls to be JSON objects");
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
