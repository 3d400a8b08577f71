package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A prompt, independent of the provider's request format.
 * @param messages system, user and assistant messages in order; the last one is not from the assistant
 * @param options how the answer is generated
 * @param responseSchema JSON schema that the answer must match, if any
 * @param tools tools that the model may call
 */
public record Prompt(
        List<ChatMessage> messages, GenerationOptions options, Optional<ResponseSchema> responseSchema, Tools tools) {

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
        options = requireNonNullElse(options, GenerationOptions.NONE); // JSON clients may omit them
        tools = requireNonNullElse(tools, Tools.NONE);
    }

    /** Without a schema or tools. */
    public Prompt(List<ChatMessage> messages, GenerationOptions options) {
        this(messages, options, Optional.empty(), Tools.NONE);
    }

    /** The same prompt with other options. */
    public Prompt withOptions(GenerationOptions newOptions) {
        return new Prompt(messages, newOptions, responseSchema, tools);
    }

    /** The same prompt with other messages. */
    public Prompt withMessages(List<ChatMessage> newMessages) {
        return new Prompt(newMessages, options, responseSchema, tools);
    }

    /** The estimated tokens of all pictures, documents and recordings. */
    public long attachmentTokens() {
        return messages.stream()
                .flatMap(message -> message.parts().stream())
                .mapToLong(ContentPart::attachmentTokens)
                .sum();
    }

    /** All texts that the model reads: messages, reasoning, tool calls and tool definitions. Not the bytes of pictures and documents. */
    public Stream<String> texts() {
        Stream<String> messageTexts = messages.stream()
                .flatMap(message -> Stream.of(
                                Stream.of(message.content()),
                                message.thoughts().stream()
                                        .filter(thought -> !thought.redacted())
                                        .map(Thought::text),
                                message.toolCalls().stream().flatMap(call -> Stream.of(call.name(), call.arguments())))
                        .flatMap(texts -> texts));
        Stream<String> toolTexts = tools.definitions().stream()
                .flatMap(tool -> Stream.of(
                        tool.name(),
                        tool.description().orElse(""),
                        tool.parameters().orElse("")));
        return Stream.concat(messageTexts, toolTexts);
    }
}
