package io.parley.http;

import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.WireName;
import io.parley.json.TextRule;
import io.parley.json.Violations;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What of the usage is asked for.
 *
 * @param from beginning of an hour
 * @param to end of an hour, not included
 * @param by in the order in which it was asked for
 */
record UsageQuery(Optional<String> user, Instant from, Instant to, List<Grouping> by) {

    private static final Duration USUAL = Duration.ofDays(30);

    UsageQuery {
        by = List.copyOf(by);
    }

    /** The last thirty days, unless the request says more. */
    static UsageQuery of(HttpServerRequest request, Instant now) {
        Violations violations = new Violations();
        Instant to = time(request, "to", violations).orElse(now);
        Instant from = time(request, "from", violations).orElse(to.minus(USUAL));
        List<Grouping> by = groupings(request, violations);
        violations.throwIfAny();
        Instant last = to.truncatedTo(ChronoUnit.HOURS);
        return new UsageQuery(
                Optional.ofNullable(request.getParam("user")),
                from.truncatedTo(ChronoUnit.HOURS),
                last.equals(to) ? to : last.plus(1, ChronoUnit.HOURS),
                by);
    }

    private static Optional<Instant> time(HttpServerRequest request, String name, Violations violations) {
        Optional<String> given = Optional.ofNullable(request.getParam(name));
        if (given.filter(TextRule.DATE.isMet().negate()).isPresent()) {
            violations.add(
                    "/" + name, TextRule.DATE.name(), TextRule.DATE.message() + "; a + is written %2B in an address");
            return Optional.empty();
        }
        return given.map(text -> text.indexOf('T') < 0
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant());
    }

    private static List<Grouping> groupings(HttpServerRequest request, Violations violations) {
        List<String> words = Optional.ofNullable(request.getParam("group_by"))
                .map(text -> List.of(text.split(",", -1)))
                .orElse(List.of());
        List<Grouping> by = Arrays.stream(Grouping.values())
                .filter(grouping -> words.contains(WireName.of(grouping)))
                .toList();
        boolean both = by.contains(Grouping.DAY) && by.contains(Grouping.HOUR);
        if (by.size() != words.size() || both) {
            violations.add(
                    "/group_by",
                    "enum",
                    "must be some of provider, model, user, context and one of day, hour, with commas between them");
        }
        return by;
    }
}
