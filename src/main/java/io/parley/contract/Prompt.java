package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A prompt, independent of the provider's request format.
 * @param messages system, user and assistant messages in order; the last one is not from the assistant
 * @param temperature sampling temperature; dropped for providers that do not accept one
 * @param maxTokens maximum tokens of the answer; the provider's own limit if empty
 * @param responseSchema JSON schema that the answer must match, if any
 * @param tools tools that the model may call
 * @param options further generation options
 */
public record Prompt(
        List<ChatMessage> messages,
        OptionalDouble temperature,
        OptionalInt maxTokens,
        Optional<ResponseSchema> responseSchema,
        Tools tools,
        GenerationOptions options) {

    /**
     * A named JSON schema, as JSON text.
     * @param strict whether the provider must enforce the schema
     */
    public record ResponseSchema(String name, String json, boolean strict) {

        public ResponseSchema(String name, String json) {
            this(name, json, true);
        }
    }

    public Prompt {
        messages = List.copyOf(messages);
        tools = requireNonNullElse(tools, Tools.NONE); // JSON clients may omit them
        options = requireNonNullElse(options, GenerationOptions.NONE);
    }

    public Prompt(
            List<ChatMessage> messages,
            OptionalDouble temperature,
            OptionalInt maxTokens,
            Optional<ResponseSchema> responseSchema) {
        this(messages, temperature, maxTokens, responseSchema, Tools.NONE, GenerationOptions.NONE);
    }

    /** The same prompt with other messages. */
    public Prompt withMessages(List<ChatMessage> newMessages) {
        return new Prompt(newMessages, temperature, maxTokens, responseSchema, tools, options);
    }

    /** All texts that the model reads: messages, tool calls and tool definitions. */
    public Stream<String> texts() {
        Stream<String> messageTexts = messages.stream()
                .flatMap(message -> Stream.concat(
                        Stream.of(message.content()),
                        message.toolCalls().stream().flatMap(call -> Stream.of(call.name(), call.arguments()))));
        Stream<String> toolTexts = tools.definitions().stream()
                .flatMap(tool -> Stream.of(
                        tool.name(),
                        tool.description().orElse(""),
                        tool.parameters().orElse("")));
        return Stream.concat(messageTexts, toolTexts);
    }
}
