package io.parley.export;

import io.parley.contract.RunMessage.Entry;
import io.parley.contract.Usage;
import io.parley.json.Usd;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Moments, tokens and money as people read them. */
final class Formatting {

    private Formatting() {}

    static String moment(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@code 12 tokens in, 8 out, $0.00012}. */
    static String usage(Usage usage) {
        String tokens = (usage.estimated() ? "about " : "")
                + usage.inputTokens() + (usage.inputTokens() == 1 ? " token in, " : " tokens in, ")
                + usage.outputTokens() + " out";
        return usage.costMicros().isPresent()
                ? tokens + ", $" + Usd.ofMicros(usage.costMicros().getAsLong()).toPlainString()
                : tokens;
    }

    /** By whom a line was said, when, and at what cost. */
    static String details(Entry line) {
        List<String> details = new ArrayList<>();
        model(line).ifPresent(details::add);
        line.said().at().filter(at -> at.toEpochMilli() != 0).map(Formatting::moment).ifPresent(details::add);
        line.usage().map(Formatting::usage).ifPresent(details::add);
        line.reason().map(reason -> "ended by " + reason.wire()).ifPresent(details::add);
        if (line.turn().isPresent() && line.usage().isEmpty()) {
            details.add("not finished");
        }
        return String.join(" \u00b7 ", details);
    }

    private static Optional<String> model(Entry line) {
        return line.provider()
                .map(provider ->
                        TextSanitizer.line(provider + line.model().map("/"::concat).orElse("")));
    }
}
