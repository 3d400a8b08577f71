package io.parley.http.anthropic;

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
import io.parley.http.generation.ClientFields;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.Reasoning;
import io.parley.http.generation.Translation;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Parses requests in Anthropic's format. No field is left out silently: {@link AnthropicUntranslatable} says which are left out by name,
 * and which are rejected.
 */
final class AnthropicBody {

    private static final int MAX_TOKENS = 1_000_000;
    private static final int MAX_MESSAGES = 10_000;
    private static final int MAX_STOP_SEQUENCES = 16;
    private static final TextRule STOP = TextRule.matching("(?s).{1,256}", "must have 1 to 256 characters");
    private static final List<String> SAMPLING_FIELDS = List.of("temperature", "top_p", "top_k");

    /** The object {@code output_config}. */
    private record OutputConfig(Optional<ReasoningEffort> effort, Optional<ResponseSchema> schema) {
        private static final OutputConfig UNSET = new OutputConfig(Optional.empty(), Optional.empty());
    }

    private AnthropicBody() {}

    /** Reads all fields, and returns the violations instead of throwing them. */
    static Translation translate(JsonFields fields, AnthropicVersion version, CachePolicy caching) {
        fields.check("max_tokens", fields.has("max_tokens"), "required", "must be given");
        return request(fields, version, caching);
    }

    /** Reads a request of {@code count_tokens}, where {@code max_tokens} is optional. */
    static GenerationRequest readForCount(JsonFields fields, AnthropicVersion version) {
        return request(fields, version, CachePolicy.NEVER).orElseThrow();
    }

    private static Translation request(JsonFields fields, AnthropicVersion version, CachePolicy caching) {
        ModelSelection selection = new ModelSelection(
                Optional.empty(),
                Optional.of(fields.text("model", TextRule.MODEL)),
                fields.optionalFlag("fallback").orElse(true));
        if (!version.supportsSampling()) {
            SAMPLING_FIELDS.forEach(name -> fields.check(
                    name, !fields.has(name), "version", "is not supported by anthropic-version " + version.wire()));
        }
        List<ChatMessage> messages = messages(fields);
        OutputConfig output = fields.optionalObject("output_config", AnthropicBody::outputConfig)
                .orElse(OutputConfig.UNSET);
        Optional<ResponseSchema> format =
                fields.optionalObject("output_format", AnthropicBody::schema).flatMap(schema -> schema);
        Tools tools = AnthropicTools.read(fields);
        Prompt prompt = new Prompt(messages, options(fields, output), output.schema.or(() -> format), tools);
        boolean stream = fields.optionalFlag("stream").orElse(false);
        AnthropicUntranslatable.check(fields);
        fields.dropUnknown();
        return Translation.of(
                fields,
                new GenerationRequest(selection, prompt, CallOptions.of(Priority.NORMAL, caching))
                        .withClientFields(ClientFields.of(fields, prompt, names(fields), ClientFields.MESSAGES)),
                stream,
                false);
    }

    /** What this format calls the options. */
    private static Map<String, String> names(JsonFields fields) {
        boolean effort = fields.any("output_config")
                .filter(config -> config.has("effort"))
                .isPresent();
        boolean format = fields.any("output_format").isPresent();
        return Map.of(
                "/max_completion_tokens",
                "/max_tokens",
                "/reasoning_effort",
                effort ? "/output_config/effort" : "/thinking",
                "/response_format",
                format ? "/output_format" : "/output_config/format");
    }

    private static List<ChatMessage> messages(JsonFields fields) {
        List<ChatMessage> all = new ArrayList<>();
        system(fields).map(ChatMessage::system).ifPresent(all::add);
        List<List<ChatMessage>> messages = fields.objects("messages", 1, MAX_MESSAGES, AnthropicMessageParser::read);
        messages.forEach(all::addAll);
        if (fields.isValid("messages")
                && !messages.isEmpty()
                && !messages.getLast().isEmpty()) {
            boolean answerable = messages.getLast().getLast().role() != ChatMessage.Role.ASSISTANT;
            fields.check("messages", answerable, "last_from_user", "the conversation must end with a user message");
        }
        return all;
    }

    private static Optional<String> system(JsonFields fields) {
        Optional<String> system = fields.isList("system")
                ? Optional.of(
                        String.join("\n\n", fields.objects("system", 0, MAX_MESSAGES, AnthropicContentParts::text)))
                : fields.optionalText("system", TextRule.ANY);
        return system.filter(text -> !text.isBlank());
    }

    private static GenerationOptions options(JsonFields fields, OutputConfig output) {
        Reasoning reasoning = Reasoning.thinking(fields).withEffort(output.effort);
        return new GenerationOptions(
                fields.optionalNumber("temperature", 0, 1),
                fields.optionalInteger("max_tokens", 1, MAX_TOKENS),
                fields.optionalNumber("top_p", 0, 1),
                fields.optionalInteger("top_k", 0, Integer.MAX_VALUE),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                fields.optionalTexts("stop_sequences", MAX_STOP_SEQUENCES, STOP),
                false,
                reasoning.effort(),
                reasoning.tokens(),
                Set.of());
    }

    private static OutputConfig outputConfig(JsonFields config) {
        return new OutputConfig(
                config.optionalOneOf("effort", ReasoningEffort.class),
                config.optionalObject("format", AnthropicBody::schema).flatMap(schema -> schema));
    }

    private static Optional<ResponseSchema> schema(JsonFields format) {
        boolean isSchema = format.text("type", TextRule.ANY).equals("json_schema");
        format.check("type", isSchema, "unsupported", "only json_schema is supported");
        return format.optionalJson("schema").map(json -> new ResponseSchema("answer", json));
    }
}
