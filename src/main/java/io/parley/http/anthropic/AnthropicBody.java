package io.parley.http.anthropic;

import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.http.generation.GenerationRequest;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Parses requests in Anthropic's format. Ignores unknown fields. */
record AnthropicBody(GenerationRequest request, boolean stream) {

    private static final int MAX_TOKENS = 1_000_000;
    private static final int MAX_MESSAGES = 10_000;
    private static final int MAX_STOP_SEQUENCES = 16;
    private static final TextRule STOP = TextRule.matching("(?s).{1,256}", "must have 1 to 256 characters");
    private static final List<String> SAMPLING_FIELDS = List.of("temperature", "top_p", "top_k");

    static AnthropicBody read(JsonFields fields, AnthropicVersion version, CachePolicy caching) {
        fields.check("max_tokens", fields.has("max_tokens"), "required", "must be given");
        GenerationRequest request = request(fields, version, caching);
        boolean stream = fields.optionalFlag("stream").orElse(false);
        fields.finish();
        return new AnthropicBody(request, stream);
    }

    /** Reads a request of {@code count_tokens}, where {@code max_tokens} is optional. */
    static GenerationRequest readForCount(JsonFields fields, AnthropicVersion version) {
        GenerationRequest request = request(fields, version, CachePolicy.NEVER);
        fields.finish();
        return request;
    }

    private static GenerationRequest request(JsonFields fields, AnthropicVersion version, CachePolicy caching) {
        ModelSelection selection =
                new ModelSelection(Optional.empty(), Optional.of(fields.text("model", TextRule.MODEL)), true);
        if (!version.supportsSampling()) {
            SAMPLING_FIELDS.forEach(name -> fields.check(
                    name, !fields.has(name), "version", "is not supported by anthropic-version " + version.wire()));
        }
        Prompt prompt = new Prompt(
                messages(fields),
                options(fields),
                fields.optionalObject("output_config", AnthropicBody::schema).flatMap(schema -> schema),
                AnthropicTools.read(fields));
        return new GenerationRequest(selection, prompt, CallOptions.of(Priority.NORMAL, caching));
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
                        String.join("\n\n", fields.objects("system", 0, MAX_MESSAGES, AnthropicMessageParser::textOf)))
                : fields.optionalText("system", TextRule.ANY);
        return system.filter(text -> !text.isBlank());
    }

    private static GenerationOptions options(JsonFields fields) {
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
                fields.optionalObject(
                                "output_config",
                                config -> config.optionalOneOf("effort", GenerationOptions.ReasoningEffort.class))
                        .flatMap(effort -> effort));
    }

    private static Optional<ResponseSchema> schema(JsonFields config) {
        return config.optionalObject(
                        "format",
                        format -> format.optionalJson("schema").map(json -> new ResponseSchema("answer", json)))
                .flatMap(schema -> schema);
    }
}
