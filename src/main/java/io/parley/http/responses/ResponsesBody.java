package io.parley.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.http.generation.ClientFields;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.Translation;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Parses requests for responses. Leaves out by name what does not change the answer and what is unknown; rejects known fields that would
 * change the answer but are not supported.
 *
 * @param translation the request, and why it cannot be translated if it cannot
 * @param passable whether a provider of the format may get the request as it came: it refers to nothing that only this server knows
 * @param stored whether the client wants the response to be stored
 * @param previous id of the response that the request continues
 * @param input the items of the input as they are stored: those that the input refers to are in their place
 * @param view the fields of the response that repeat the request
 */
record ResponsesBody(
        Translation translation,
        boolean passable,
        boolean stored,
        Optional<String> previous,
        ArrayNode input,
        ResponseView view) {

    private static final int MAX_TOKENS = 10_000_000;
    private static final int MAX_INCLUDES = 100;

    /** Fields about accounting, caches and the handling of long inputs, which no other format has. */
    private static final List<String> HINTS = List.of(
            "user",
            "metadata",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "service_tier",
            "truncation",
            "client_metadata");

    /** What this format calls the options. */
    private static final Map<String, String> NAMES = Map.of(
            ClientFields.MESSAGES,
            "/input",
            "/system",
            "/instructions",
            "/max_tokens",
            "/max_output_tokens",
            "/max_completion_tokens",
            "/max_output_tokens",
            "/reasoning_effort",
            "/reasoning/effort",
            "/response_format",
            "/text/format");

    private static final TextRule SCHEMA_NAME =
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

    boolean stream() {
        return translation.stream();
    }

    /** The translated request; throws all violations if there are any. */
    GenerationRequest request() {
        return translation.orElseThrow();
    }

    /** Reads all fields; {@code history} is what they continue and refer to, {@code caching} comes from the request headers. */
    static ResponsesBody read(JsonFields fields, ResponseHistory history, CachePolicy caching) {
        ModelSelection selection = new ModelSelection(
                Optional.empty(),
                Optional.of(fields.text("model", TextRule.MODEL)),
                fields.optionalFlag("fallback").orElse(true));
        Format format = fields.optionalObject("text", ResponsesBody::text).orElse(Format.TEXT);
        Prompt prompt = new Prompt(
                messages(fields, history), options(fields, format), format.schema, ResponsesTools.read(fields));
        Priority priority = fields.optionalOneOf("priority", Priority.class).orElse(Priority.NORMAL);
        boolean stream = fields.optionalFlag("stream").orElse(false);
        boolean stored = fields.optionalFlag("store").orElse(true);
        Optional<String> previous = fields.optionalText("previous_response_id", TextRule.ID);
        checkUnsupported(fields);
        HINTS.forEach(fields::drop);
        ArrayNode input = input(fields, history);
        ResponseView view = ResponseView.of(fields);
        fields.check(
                "previous_response_id",
                history.known(),
                "reference",
                "must be the id of a response that is still stored");
        fields.dropUnknown();
        GenerationRequest request = new GenerationRequest(selection, prompt, CallOptions.of(priority, caching))
                .withClientFields(ClientFields.of(
                        fields, prompt, NAMES, previous.isPresent() ? "/previous_response_id" : "/input"));
        return new ResponsesBody(
                Translation.of(fields, request, stream, true),
                !history.translatedOnly(),
                stored,
                previous,
                input,
                view);
    }

    private static List<ChatMessage> messages(JsonFields fields, ResponseHistory history) {
        List<ChatMessage> messages = new ArrayList<>();
        fields.optionalText("instructions", TextRule.ANY)
                .filter(text -> !text.isBlank())
                .map(ChatMessage::system)
                .ifPresent(messages::add);
        List<InputItem> items = new ArrayList<>(history.items());
        Optional<JsonNode> input = fields.any("input");
        if (input.filter(JsonNode::isTextual).isPresent()) {
            items.add(new InputItem.Message(ChatMessage.user(fields.text("input", TextRule.ANY))));
        } else if (input.isPresent() || items.isEmpty()) {
            InputItemParser parser = new InputItemParser(history);
            int min = items.isEmpty() ? 1 : 0;
            fields.objects("input", min, InputItemParser.MAX_ITEMS, parser::read).stream()
                    .flatMap(Optional::stream)
                    .forEach(items::add);
        }
        messages.addAll(InputMessages.of(items));
        return messages;
    }

    private static ArrayNode input(JsonFields fields, ResponseHistory history) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        fields.any("input").ifPresent(input -> {
            if (input.isTextual()) {
                items.addObject()
                        .put("type", "message")
                        .put("role", "user")
                        .putArray("content")
                        .addObject()
                        .put("type", "input_text")
                        .set("text", input);
            } else {
                input.forEach(item -> items.add(history.resolve(item)));
            }
        });
        return items;
    }

    private static GenerationOptions options(JsonFields fields, Format format) {
        return new GenerationOptions(
                fields.optionalNumber("temperature", 0, 2),
                fields.optionalInteger("max_output_tokens", 1, MAX_TOKENS),
                fields.optionalNumber("top_p", 0, 1),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of(),
                format.json,
                fields.optionalObject(
                                "reasoning", reasoning -> reasoning.optionalOneOf("effort", ReasoningEffort.class))
                        .flatMap(effort -> effort));
    }

    private static Format text(JsonFields text) {
        return text.optionalObject("format", ResponsesBody::format).orElse(Format.TEXT);
    }

    private static Format format(JsonFields format) {
        return switch (format.oneOf("type", FormatType.class, FormatType.TEXT)) {
            case TEXT -> Format.TEXT;
            case JSON_OBJECT -> new Format(Optional.empty(), true);
            case JSON_SCHEMA -> new Format(Optional.of(schema(format)), false);
        };
    }

    private static ResponseSchema schema(JsonFields format) {
        String name = format.text("name", SCHEMA_NAME);
        format.require("schema");
        return new ResponseSchema(
                name,
                format.optionalJson("schema").orElse("{}"),
                format.optionalFlag("strict").orElse(false));
    }

    /** Rejects options that would change the answer but are not supported. */
    private static void checkUnsupported(JsonFields fields) {
        unsupported(fields, "background", fields.optionalFlag("background").orElse(false), "is not supported");
        unsupported(
                fields,
                "conversation",
                fields.any("conversation").isPresent(),
                "is not supported: use previous_response_id");
        unsupported(fields, "prompt", fields.any("prompt").isPresent(), "is not supported: use instructions");
        unsupported(
                fields,
                "top_logprobs",
                fields.optionalInteger("top_logprobs", 0, 20).orElse(0) > 0,
                "is not supported");
        List<String> include = fields.optionalTexts("include", MAX_INCLUDES, TextRule.ANY);
        unsupported(
                fields,
                "include",
                include.contains("message.output_text.logprobs"),
                "must not have message.output_text.logprobs, which is not supported");
        if (!include.isEmpty()) {
            fields.drop("include");
        }
    }

    private static void unsupported(JsonFields fields, String name, boolean requested, String message) {
        fields.check(name, !requested, "unsupported", message);
    }
}
