package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.json.JsonFields;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a chat completion request that no other format has. Those that do not change the answer are left out by name, all others
 * are rejected.
 */
final class OpenAiUntranslatable {

    /** Fields about accounting, caches, speed and style. */
    private static final List<String> HINTS = List.of(
            "user",
            "metadata",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options",
            "prediction",
            "verbosity");

    /** Fields that change the answer, of OpenAI and of servers with the same format. */
    private static final List<String> REJECTED = List.of(
            "audio",
            "web_search_options",
            "moderation",
            "chat_template",
            "chat_template_kwargs",
            "min_p",
            "top_a",
            "typical_p",
            "repetition_penalty",
            "grammar",
            "guided_json",
            "guided_regex",
            "guided_choice",
            "guided_grammar",
            "structured_outputs",
            "enable_search",
            "search_parameters",
            "plugins");

    private static final Set<String> ORDINARY_TIERS = Set.of("auto", "default", "standard_only");

    private OpenAiUntranslatable() {}

    static void check(JsonFields fields) {
        HINTS.forEach(fields::drop);
        REJECTED.forEach(name -> reject(fields, name, isGiven(fields, name), "is not supported"));
        reject(fields, "logprobs", fields.optionalFlag("logprobs").orElse(false), "is not supported");
        reject(
                fields,
                "top_logprobs",
                fields.optionalInteger("top_logprobs", 0, 20).orElse(0) > 0,
                "is not supported");
        reject(fields, "logit_bias", isGiven(fields, "logit_bias"), "is not supported");
        boolean audio = fields.any("modalities")
                .filter(modalities -> modalities.toString().contains("audio"))
                .isPresent();
        reject(fields, "modalities", audio, "only text content is supported");
        boolean store = fields.optionalFlag("store").orElse(false);
        reject(fields, "store", store, "only false is supported");
        boolean ordinary = fields.any("service_tier")
                .map(tier -> ORDINARY_TIERS.contains(tier.asText()))
                .orElse(true);
        reject(fields, "service_tier", !ordinary, "only auto and default are supported");
        List.of("store", "service_tier").forEach(fields::drop);
    }

    /** Whether the field has a value other than {@code false} or an empty object or list. */
    private static boolean isGiven(JsonFields fields, String name) {
        Optional<JsonNode> value = fields.any(name);
        return value.map(given ->
                        given.isContainerNode() ? !given.isEmpty() : !given.isBoolean() || given.booleanValue())
                .orElse(false);
    }

    private static void reject(JsonFields fields, String name, boolean given, String message) {
        fields.check(name, !given, "unsupported", message);
    }
}
