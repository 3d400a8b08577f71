package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.Translation;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Parses requests for embeddings. The body goes to the provider as it is; what is parsed of it serves limits, estimates and the choice of the
 * provider.
 */
final class EmbeddingBody {

    private static final int MAX_INPUTS = 2_048;
    private static final int MAX_DIMENSIONS = 65_536;

    private static final String INPUT_RULE =
            "must be a text, a list of 1 to " + MAX_INPUTS + " texts, or the same as tokens";

    /** The same input always has the same embedding, so that it may be cached; there is no output to count. */
    private static final GenerationOptions OPTIONS = GenerationOptions.of(OptionalDouble.of(0), OptionalInt.of(1));

    private enum EncodingFormat {
        FLOAT,
        BASE64
    }

    private final JsonFields fields;

    private EmbeddingBody(JsonFields fields) {
        this.fields = fields;
    }

    /** Reads all fields; {@code caching} comes from the request headers. */
    static Translation translate(JsonFields fields, CachePolicy caching) {
        return new EmbeddingBody(fields).translate(caching);
    }

    private Translation translate(CachePolicy caching) {
        ModelSelection selection = new ModelSelection(
                Optional.empty(),
                Optional.of(fields.text("model", TextRule.MODEL)),
                fields.optionalFlag("fallback").orElse(true));
        Priority priority = fields.optionalOneOf("priority", Priority.class).orElse(Priority.NORMAL);
        fields.require("input");
        List<ChatMessage> inputs = fields.any("input").map(this::inputs).orElse(List.of());
        fields.optionalOneOf("encoding_format", EncodingFormat.class);
        fields.optionalInteger("dimensions", 1, MAX_DIMENSIONS);
        fields.drop("user");
        fields.dropUnknown();
        return Translation.of(
                fields,
                new GenerationRequest(selection, new Prompt(inputs, OPTIONS), CallOptions.of(priority, caching)),
                false,
                false);
    }

    /** The inputs as messages, which are only counted. */
    private List<ChatMessage> inputs(JsonNode input) {
        boolean tokens = input.isArray() && isTokens(input);
        Stream<JsonNode> inputs = input.isArray() && !tokens ? elements(input) : Stream.of(input);
        boolean size = !input.isArray() || (!input.isEmpty() && (tokens || input.size() <= MAX_INPUTS));
        boolean valid = size && (tokens || input.isTextual() || isListOfInputs(input));
        fields.check("input", valid, "type", INPUT_RULE);
        fields.check("input", !tokens && !input.path(0).isArray(), "unsupported", "must be text, not tokens");
        return valid ? inputs.map(EmbeddingBody::message).toList() : List.of();
    }

    private static boolean isListOfInputs(JsonNode input) {
        return input.isArray()
                && (elements(input).allMatch(JsonNode::isTextual)
                        || elements(input).allMatch(each -> each.isArray() && isTokens(each)));
    }

    private static boolean isTokens(JsonNode input) {
        return !input.isEmpty()
                && elements(input).allMatch(token -> token.isIntegralNumber() && token.canConvertToInt());
    }

    /** Tokens count as so many short words. */
    private static ChatMessage message(JsonNode input) {
        return ChatMessage.user(input.isTextual() ? input.textValue() : "a ".repeat(input.size()));
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
