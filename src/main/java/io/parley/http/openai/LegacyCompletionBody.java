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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Parses requests for legacy completions, whose prompt becomes one message of the user. Fields that a chat model cannot honour are
 * rejected by name; unknown ones are left out by name. Several prompts and tokens are for providers that have legacy completions: they
 * are only counted.
 */
final class LegacyCompletionBody {

    private static final int MAX_TOKENS = 10_000_000;
    private static final int MAX_STOP_SEQUENCES = 16;
    private static final TextRule NOT_EMPTY = new TextRule("length", "must not be empty", text -> !text.isEmpty());

    private final JsonFields fields;

    private LegacyCompletionBody(JsonFields fields) {
        this.fields = fields;
    }

    /** Reads all fields; {@code caching} comes from the request headers. */
    static Translation translate(JsonFields fields, CachePolicy caching) {
        return new LegacyCompletionBody(fields).translate(caching);
    }

    private Translation translate(CachePolicy caching) {
        ModelSelection selection = new ModelSelection(
                Optional.empty(),
                Optional.of(fields.text("model", TextRule.MODEL)),
                fields.optionalFlag("fallback").orElse(true));
        Prompt prompt = new Prompt(messages(), options());
        Priority priority = fields.optionalOneOf("priority", Priority.class).orElse(Priority.NORMAL);
        boolean stream = fields.optionalFlag("stream").orElse(false);
        boolean includeUsage = fields.optionalObject("stream_options", options -> options.optionalFlag("include_usage"))
                .flatMap(flag -> flag)
                .orElse(false);
        int choices = checkUnsupported() * prompt.messages().size();
        fields.drop("user");
        fields.dropUnknown();
        return Translation.of(
                fields,
                new GenerationRequest(selection, prompt, CallOptions.of(priority, caching)).withChoices(choices),
                stream,
                includeUsage);
    }

    /** Reads a string, a list of one string, and what a chat model cannot be asked: a list of several, of tokens, or of both. */
    private List<ChatMessage> messages() {
        if (!fields.isList("prompt")) {
            return List.of(ChatMessage.user(fields.text("prompt", NOT_EMPTY)));
        }
        JsonNode list = fields.any("prompt").orElseThrow();
        boolean tokens = list.path(0).isNumber();
        fields.check("prompt", !list.isEmpty(), "size", "must not be empty");
        fields.check("prompt", !tokens && !list.path(0).isArray(), "unsupported", "must be text, not tokens");
        fields.check(
                "prompt",
                tokens || list.size() <= 1,
                "unsupported",
                "must be one text: send a request for each prompt");
        List<ChatMessage> messages = new ArrayList<>();
        if (tokens || list.isEmpty()) {
            messages.add(message(list));
        } else {
            list.forEach(prompt -> messages.add(message(prompt)));
        }
        fields.check(
                "prompt",
                tokens
                        || messages.stream()
                                .noneMatch(message -> message.content().isEmpty()),
                "length",
                "must not be empty");
        return messages;
    }

    /** Tokens count as so many short words. */
    private static ChatMessage message(JsonNode prompt) {
        return ChatMessage.user(prompt.isTextual() ? prompt.textValue() : "a ".repeat(prompt.size()));
    }

    private GenerationOptions options() {
        return new GenerationOptions(
                fields.optionalNumber("temperature", 0, 2),
                fields.optionalInteger("max_tokens", 1, MAX_TOKENS),
                fields.optionalNumber("top_p", 0, 1),
                OptionalInt.empty(),
                fields.optionalNumber("frequency_penalty", -2, 2),
                fields.optionalNumber("presence_penalty", -2, 2),
                seed(),
                stopSequences(),
                false,
                Optional.empty());
    }

    private OptionalLong seed() {
        return fields.optionalLongInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private List<String> stopSequences() {
        return fields.isList("stop")
                ? fields.optionalTexts("stop", MAX_STOP_SEQUENCES, NOT_EMPTY)
                : fields.optionalText("stop", NOT_EMPTY).stream().toList();
    }

    /** Returns the number of answers to each prompt. */
    private int checkUnsupported() {
        unsupported(
                "suffix",
                !fields.optionalText("suffix", TextRule.ANY).orElse("").isEmpty(),
                "is not supported");
        unsupported("echo", fields.optionalFlag("echo").orElse(false), "is not supported");
        unsupported("best_of", fields.optionalInteger("best_of", 1, 128).orElse(1) != 1, "only 1 is supported");
        int choices = fields.optionalInteger("n", 1, 128).orElse(1);
        unsupported("n", choices != 1, "only 1 is supported");
        unsupported("logprobs", fields.any("logprobs").isPresent(), "is not supported");
        unsupported(
                "logit_bias",
                fields.any("logit_bias").filter(bias -> !bias.isEmpty()).isPresent(),
                "is not supported");
        return choices;
    }

    private void unsupported(String name, boolean requested, String message) {
        fields.check(name, !requested, "unsupported", message);
    }
}
