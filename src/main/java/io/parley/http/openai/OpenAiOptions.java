package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.http.generation.Reasoning;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Parses how the answer of a chat completion is generated: limits, sampling, reasoning and format. */
record OpenAiOptions(GenerationOptions generation, Optional<ResponseSchema> schema) {

    private static final int MAX_TOKENS = 10_000_000;
    private static final int MAX_STOP_SEQUENCES = 16;
    private static final TextRule STOP = new TextRule("length", "must not be empty", text -> !text.isEmpty());
    private static final TextRule NAME =
            TextRule.matching("[A-Za-z0-9_.-]{1,64}", "must be 1 to 64 letters, digits, '_', '.' or '-'");

    private enum FormatType {
        TEXT,
        JSON_OBJECT,
        JSON_SCHEMA
    }

    /** Required format of the answer. */
    private record Format(Optional<ResponseSchema> schema, boolean json) {
        private static final Format TEXT = new Format(Optional.empty(), false);
    }

    static OpenAiOptions read(JsonFields fields) {
        Format format =
                fields.optionalObject("response_format", OpenAiOptions::format).orElse(Format.TEXT);
        Reasoning reasoning = reasoning(fields);
        GenerationOptions generation = new GenerationOptions(
                fields.optionalNumber("temperature", 0, 2),
                maxTokens(fields),
                fields.optionalNumber("top_p", 0, 1),
                fields.optionalInteger("top_k", 0, Integer.MAX_VALUE),
                fields.optionalNumber("frequency_penalty", -2, 2),
                fields.optionalNumber("presence_penalty", -2, 2),
                seed(fields),
                stopSequences(fields),
                format.json,
                reasoning.effort(),
                reasoning.tokens(),
                Set.of());
        return new OpenAiOptions(generation, format.schema);
    }

    private static OptionalInt maxTokens(JsonFields fields) {
        OptionalInt maxCompletionTokens = fields.optionalInteger("max_completion_tokens", 1, MAX_TOKENS);
        OptionalInt maxTokens = fields.optionalInteger("max_tokens", 1, MAX_TOKENS);
        return maxCompletionTokens.isPresent() ? maxCompletionTokens : maxTokens;
    }

    /** OpenAI's own field takes precedence over those of servers with the same format. */
    private static Reasoning reasoning(JsonFields fields) {
        Reasoning effort = Reasoning.of(fields.optionalOneOf("reasoning_effort", ReasoningEffort.class));
        return effort.or(Reasoning.object(fields, "reasoning"))
                .or(Reasoning.thinking(fields))
                .or(Reasoning.flagOrEffort(fields, "think"))
                .or(Reasoning.flagOrEffort(fields, "enable_thinking"));
    }

    private static OptionalLong seed(JsonFields fields) {
        Optional<JsonNode> seed = fields.any("seed")
                .filter(node -> fields.check(
                        "seed", node.isIntegralNumber() && node.canConvertToLong(), "type", "must be a whole number"));
        return seed.isPresent() ? OptionalLong.of(seed.get().longValue()) : OptionalLong.empty();
    }

    private static List<String> stopSequences(JsonFields fields) {
        return fields.any("stop").filter(JsonNode::isTextual).isPresent()
                ? fields.optionalText("stop", STOP).stream().toList()
                : fields.optionalTexts("stop", MAX_STOP_SEQUENCES, STOP);
    }

    private static Format format(JsonFields format) {
        return switch (format.oneOf("type", FormatType.class, FormatType.TEXT)) {
            case TEXT -> Format.TEXT;
            case JSON_OBJECT -> new Format(Optional.empty(), true);
            case JSON_SCHEMA -> {
                format.check("json_schema", format.any("json_schema").isPresent(), "required", "must be given");
                yield new Format(format.optionalObject("json_schema", OpenAiOptions::schema), false);
            }
        };
    }

    private static ResponseSchema schema(JsonFields schema) {
        String name = schema.text("name", NAME);
        Optional<JsonNode> json = schema.any("schema");
        schema.check("schema", json.filter(JsonNode::isObject).isPresent(), "type", "must be an object");
        return new ResponseSchema(
                name,
                json.map(JsonNode::toString).orElse("{}"),
                schema.optionalFlag("strict").orElse(false));
    }
}
