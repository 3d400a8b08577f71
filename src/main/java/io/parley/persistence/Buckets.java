package io.parley.persistence;

import io.parley.contract.BooksMessage.Heading;
import io.parley.contract.Origin;
import io.parley.contract.UsageMessage.Attempt;
import java.time.Instant;

/** Formats the time buckets and the dimensions of usage records. */
final class Buckets {

    private static final int HOUR = "2026-11-21T08".length();
    private static final int DAY = "2026-11-21".length();

    private Buckets() {}

    static String hour(Instant time) {
        return time.toString().substring(0, HOUR);
    }

    /** The day that contains the hour bucket {@code hour}. */
    static String day(String hour) {
        return hour.substring(0, DAY);
    }

    static Heading heading(Attempt attempt) {
        Origin origin = attempt.origin();
        return new Heading(
                attempt.provider(),
                attempt.model(),
                origin.user(),
                origin.contextId().orElse(""),
                origin.apiKey().orElse(""));
    }
}
