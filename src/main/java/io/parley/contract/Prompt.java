package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What a model is asked, free of any vendor's form.
 *
 * @param messages system, user and assistant messages in order; the last is not the assistant's
 * @param temperature dropped for vendors that take none
 * @param maxTokens most tokens of the answer; the vendor's own limit when empty
 * @param schema the JSON schema that the answer must fit, asked for in the vendor's own form
 * @param tools what the model may call
 * @param wishes all that is asked for less often
 */
public record Prompt(
        List<Said> messages,
        OptionalDouble temperature,
        OptionalInt maxTokens,
        Optional<AnswerSchema> schema,
        Tools tools,
        Wishes wishes) {

    /**
     * A named JSON schema, as JSON text.
     *
     * @param strict whether the answer is bound to fit, rather than likely to
     */
    public record AnswerSchema(String name, String json, boolean strict) {

        public AnswerSchema(String name, String json) {
            this(name, json, true);
        }
    }

    public Prompt {
        messages = List.copyOf(messages);
        tools = requireNonNullElse(tools, Tools.NONE); // guests may leave them out
        wishes = requireNonNullElse(wishes, Wishes.NONE);
    }

    public Prompt(
            List<Said> messages, OptionalDouble temperature, OptionalInt maxTokens, Optional<AnswerSchema> schema) {
        this(messages, temperature, maxTokens, schema, Tools.NONE, Wishes.NONE);
    }

    /** The same with other messages. */
    public Prompt with(List<Said> other) {
        return new Prompt(other, temperature, maxTokens, schema, tools, wishes);
    }

    /** Every text that the model has to read: what is said, called and offered. */
    public Stream<String> texts() {
        Stream<String> said = messages.stream()
                .flatMap(each -> Stream.concat(
                        Stream.of(each.content()),
                        each.calls().stream().flatMap(call -> Stream.of(call.name(), call.arguments()))));
        Stream<String> offered = tools.offered().stream()
                .flatMap(tool -> Stream.of(
                        tool.name(),
                        tool.description().orElse(""),
                        tool.parameters().orElse("")));
        return Stream.concat(said, offered);
    }
}
