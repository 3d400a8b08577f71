package io.parley.export.document;

import io.parley.contract.RunMessage.Entry;
import io.parley.contract.Usage;
import io.parley.json.Usd;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Formats times, token counts and cost for readers. */
final class Formatting {

    private Formatting() {}

    static String timestamp(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@code 12 tokens in (5 cached), 8 out (3 for reasoning), $0.00012}. */
    static String usage(Usage usage) {
        String tokens = (usage.estimated() ? "about " : "")
                + usage.inputTokens() + (usage.inputTokens() == 1 ? " token in" : " tokens in")
                + (usage.cachedTokens() > 0 ? " (" + usage.cachedTokens() + " cached), " : ", ")
                + usage.outputTokens() + " out"
                + (usage.reasoningTokens() > 0 ? " (" + usage.reasoningTokens() + " for reasoning)" : "");
        return usage.costMicros().isPresent()
                ? tokens + ", $" + Usd.ofMicros(usage.costMicros().getAsLong()).toPlainString()
                : tokens;
    }

    /** The model, time, usage and finish reason of an entry, as far as known. */
    static String details(Entry entry) {
        List<String> details = new ArrayList<>();
        providerAndModel(entry).ifPresent(details::add);
        entry.message()
                .timestamp()
                .filter(at -> at.toEpochMilli() != 0)
                .map(Formatting::timestamp)
                .ifPresent(details::add);
        entry.usage().map(Formatting::usage).ifPresent(details::add);
        entry.reason().map(reason -> "ended by " + reason.wireName()).ifPresent(details::add);
        if (entry.turn().isPresent() && entry.usage().isEmpty()) {
            details.add("not finished");
        }
        return String.join(" \u00b7 ", details);
    }

    private static Optional<String> providerAndModel(Entry entry) {
        return entry.provider()
                .map(provider -> TextSanitizer.singleLine(
                        provider + entry.model().map("/"::concat).orElse("")));
    }
}
