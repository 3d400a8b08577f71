package io.parley.http.openai;

import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.http.generation.ClientFields;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.Translation;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parses chat completion requests. No field is left out silently: {@link OpenAiUntranslatable} says which are left out by name, and which
 * are rejected.
 */
final class OpenAiBody {

    /** The most answers to one request whose provider makes one for each call. */
    static final int MAX_REPETITIONS = 8;

    private static final int MAX_CHOICES = 128;

    /** The fields that ask for reasoning; the first one that is given takes precedence. */
    private static final List<String> REASONING_FIELDS =
            List.of("reasoning_effort", "reasoning", "thinking", "think", "enable_thinking");

    private OpenAiBody() {}

    /** Reads all fields; {@code caching} comes from the request headers. */
    static Translation translate(JsonFields fields, CachePolicy caching) {
        ModelSelection selection = new ModelSelection(
                Optional.empty(),
                Optional.of(fields.text("model", TextRule.MODEL)),
                fields.optionalFlag("fallback").orElse(true));
        List<ChatMessage> messages = OpenAiMessages.read(fields);
        OpenAiOptions options = OpenAiOptions.read(fields);
        Tools tools = OpenAiTools.read(fields);
        Prompt prompt = new Prompt(messages, options.generation(), options.schema(), tools);
        Priority priority = fields.optionalOneOf("priority", Priority.class).orElse(Priority.NORMAL);
        boolean stream = fields.optionalFlag("stream").orElse(false);
        boolean includeUsage = fields.optionalObject("stream_options", given -> given.optionalFlag("include_usage"))
                .flatMap(flag -> flag)
                .orElse(false);
        int choices = choices(fields);
        OpenAiUntranslatable.check(fields);
        fields.dropUnknown();
        return Translation.of(
                fields,
                new GenerationRequest(selection, prompt, CallOptions.of(priority, caching))
                        .withChoices(choices)
                        .withClientFields(ClientFields.of(fields, prompt, names(fields), ClientFields.MESSAGES)),
                stream,
                includeUsage);
    }

    /** What the client calls the options that have several names. */
    private static Map<String, String> names(JsonFields fields) {
        Map<String, String> names = new HashMap<>();
        if (fields.any("max_completion_tokens").isPresent()) {
            names.put("/max_tokens", "/max_completion_tokens");
        }
        REASONING_FIELDS.stream()
                .filter(name -> fields.any(name).isPresent())
                .findFirst()
                .ifPresent(name -> names.put("/reasoning_effort", "/" + name));
        if (OpenAiTools.areFunctions(fields)) {
            names.put("/tool_choice", "/function_call");
            names.put("/tools", "/functions");
        }
        return names;
    }

    /** Reads {@code n}, which becomes as many calls of a provider whose format does not have it. */
    private static int choices(JsonFields fields) {
        int choices = fields.optionalInteger("n", 1, MAX_CHOICES).orElse(1);
        return fields.check("n", choices <= MAX_REPETITIONS, "unsupported", "must be at most " + MAX_REPETITIONS)
                ? choices
                : 1;
    }
}
