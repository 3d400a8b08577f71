package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.contract.Tools;
import io.parley.http.generation.GenerationRequest;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Parses chat completion requests. Ignores unknown fields; rejects known fields that would change the answer but are not
 * supported.
 */
final class OpenAiBody {

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

    /**
     * A parsed request.
     *
     * @param includeUsage whether a stream ends with a usage chunk
     */
    record Parsed(GenerationRequest request, boolean stream, boolean includeUsage) {}

    private final JsonFields fields;

    private OpenAiBody(JsonFields fields) {
        this.fields = fields;
    }

    /** Reads all fields; {@code caching} comes from the request headers. */
    static Parsed read(JsonFields fields, CachePolicy caching) {
        return new OpenAiBody(fields).read(caching);
    }

    private Parsed read(CachePolicy caching) {
        ModelSelection selection = new ModelSelection(
                Optional.empty(),
                Optional.of(fields.text("model", TextRule.MODEL)),
                fields.optionalFlag("fallback").orElse(true));
        List<ChatMessage> messages = OpenAiMessages.read(fields);
        Format format =
                fields.optionalObject("response_format", OpenAiBody::format).orElse(Format.TEXT);
        Tools tools = OpenAiTools.read(fields);
        Prompt prompt = new Prompt(messages, options(format), format.schema, tools);
        Priority priority = fields.optionalOneOf("priority", Priority.class).orElse(Priority.NORMAL);
        boolean stream = fields.optionalFlag("stream").orElse(false);
        boolean includeUsage = fields.optionalObject("stream_options", options -> options.optionalFlag("include_usage"))
                .flatMap(flag -> flag)
                .orElse(false);
        checkUnsupported();
        fields.finish();
        return new Parsed(
                new GenerationRequest(selection, prompt, CallOptions.of(priority, caching)), stream, includeUsage);
    }

    private OptionalInt maxTokens() {
        OptionalInt maxCompletionTokens = fields.optionalInteger("max_completion_tokens", 1, MAX_TOKENS);
        OptionalInt maxTokens = fields.optionalInteger("max_tokens", 1, MAX_TOKENS);
        return maxCompletionTokens.isPresent() ? maxCompletionTokens : maxTokens;
    }

    private GenerationOptions options(Format format) {
        return new GenerationOptions(
                fields.optionalNumber("temperature", 0, 2),
                maxTokens(),
                fields.optionalNumber("top_p", 0, 1),
                OptionalInt.empty(),
                fields.optionalNumber("frequency_penalty", -2, 2),
                fields.optionalNumber("presence_penalty", -2, 2),
                seed(),
                stopSequences(),
                format.json,
                fields.optionalOneOf("reasoning_effort", ReasoningEffort.class));
    }

    private OptionalLong seed() {
        Optional<JsonNode> seed = fields.any("seed")
                .filter(node -> fields.check(
                        "seed", node.isIntegralNumber() && node.canConvertToLong(), "type", "must be a whole number"));
        return seed.isPresent() ? OptionalLong.of(seed.get().longValue()) : OptionalLong.empty();
    }

    private List<String> stopSequences() {
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
                yield new Format(format.optionalObject("json_schema", OpenAiBody::schema), false);
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

    /** Rejects options that would change the answer but are not supported. */
    private void checkUnsupported() {
        OptionalInt choices = fields.optionalInteger("n", 1, 128);
        unsupported("n", choices.orElse(1) != 1, "only n=1 is supported");
        unsupported("logprobs", fields.optionalFlag("logprobs").orElse(false), "is not supported");
        unsupported(
                "top_logprobs", fields.optionalInteger("top_logprobs", 0, 20).orElse(0) > 0, "is not supported");
        unsupported(
                "logit_bias",
                fields.any("logit_bias").filter(bias -> !bias.isEmpty()).isPresent(),
                "is not supported");
        unsupported("functions", fields.any("functions").isPresent(), "is not supported: use tools");
        unsupported("function_call", fields.any("function_call").isPresent(), "is not supported: use tool_choice");
        unsupported("audio", fields.any("audio").isPresent(), "is not supported");
        unsupported("web_search_options", fields.any("web_search_options").isPresent(), "is not supported");
        unsupported(
                "modalities",
                fields.any("modalities")
                        .filter(modalities -> modalities.toString().contains("audio"))
                        .isPresent(),
                "only text content is supported");
        unsupported(
                "verbosity",
                fields.any("verbosity")
                        .filter(verbosity -> !verbosity.asText().equals("medium"))
                        .isPresent(),
                "only medium is supported");
    }

    private void unsupported(String name, boolean requested, String message) {
        fields.check(name, !requested, "unsupported", message);
    }
}
