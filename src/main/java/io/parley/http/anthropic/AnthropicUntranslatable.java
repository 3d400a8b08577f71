package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.json.JsonFields;
import java.util.List;
import java.util.Set;

/**
 * The fields of a request in Anthropic's format that no other format has. Those that do not change the answer are left out by name, all
 * others are rejected.
 */
final class AnthropicUntranslatable {

    /** Fields about accounting and caches. */
    private static final List<String> HINTS = List.of("metadata", "cache_control");

    /** Fields that change what the provider does. */
    private static final List<String> REJECTED =
            List.of("container", "mcp_servers", "inference_geo", "speed", "fallbacks");

    private static final Set<String> ORDINARY_TIERS = Set.of("auto", "standard_only");

    private AnthropicUntranslatable() {}

    /** Whether all that is asked for is to leave out old reasoning and results: an answer does without. Claude Code asks for it unasked. */
    private static boolean onlyClears(JsonNode management) {
        return management
                .path("edits")
                .valueStream()
                .allMatch(edit -> edit.path("type").asText().startsWith("clear_"));
    }

    static void check(JsonFields fields) {
        HINTS.forEach(fields::drop);
        REJECTED.forEach(name -> {
            boolean given = fields.any(name)
                    .filter(value -> !(value.isContainerNode() && value.isEmpty()))
                    .isPresent();
            fields.check(name, !given, "unsupported", "is supported only by providers of Anthropic's format");
        });
        fields.check(
                "context_management",
                fields.any("context_management")
                        .map(AnthropicUntranslatable::onlyClears)
                        .orElse(true),
                "unsupported",
                "may have only edits that clear something, except for providers of Anthropic's format");
        fields.drop("context_management");
        boolean ordinary = fields.any("service_tier")
                .map(JsonNode::asText)
                .map(ORDINARY_TIERS::contains)
                .orElse(true);
        fields.check("service_tier", ordinary, "unsupported", "only auto and standard_only are supported");
        fields.drop("service_tier");
    }
}
