package io.parley.contract;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a model is asked, free of any vendor's form.
 *
 * @param messages system, user and assistant messages in order; the last is not the assistant's
 * @param temperature dropped for vendors that take none
 * @param maxTokens most tokens of the answer; the vendor's own limit when empty
 * @param schema the JSON schema that the answer must fit, asked for in the vendor's own form
 */
public record Prompt(
        List<Said> messages, OptionalDouble temperature, OptionalInt maxTokens, Optional<AnswerSchema> schema) {

    /** A named JSON schema, as JSON text. */
    public record AnswerSchema(String name, String json) {}

    public Prompt {
        messages = List.copyOf(messages);
    }
}
