package io.parley.http.admin;

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
 * Holds the parameters of a usage report.
 *
 * @param from start of an hour, inclusive
 * @param to end of an hour, exclusive
 * @param groupBy in the order of {@link Grouping}
 */
record UsageQuery(Optional<String> user, Instant from, Instant to, List<Grouping> groupBy) {

    private static final Duration DEFAULT_RANGE = Duration.ofDays(30);

    UsageQuery {
        groupBy = List.copyOf(groupBy);
    }

    /** Reads the query parameters; the default is the last 30 days, for all users and without groups. */
    static UsageQuery of(HttpServerRequest request, Instant now) {
        Violations violations = new Violations();
        Instant to = instant(request, "to", violations).orElse(now);
        Instant from = instant(request, "from", violations).orElse(to.minus(DEFAULT_RANGE));
        List<Grouping> groupBy = groupings(request, violations);
        violations.throwIfAny();
        Instant lastHour = to.truncatedTo(ChronoUnit.HOURS);
        return new UsageQuery(
                Optional.ofNullable(request.getParam("user")),
                from.truncatedTo(ChronoUnit.HOURS),
                lastHour.equals(to) ? to : lastHour.plus(1, ChronoUnit.HOURS),
                groupBy);
    }

    private static Optional<Instant> instant(HttpServerRequest request, String name, Violations violations) {
        Optional<String> value = Optional.ofNullable(request.getParam(name));
        if (value.filter(TextRule.DATE.isMet().negate()).isPresent()) {
            violations.add("/" + name, TextRule.DATE.name(), TextRule.DATE.message() + "; encode + as %2B in the URL");
            return Optional.empty();
        }
        return value.map(text -> text.indexOf('T') < 0
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant());
    }

    private static List<Grouping> groupings(HttpServerRequest request, Violations violations) {
        List<String> names = Optional.ofNullable(request.getParam("group_by"))
                .map(text -> List.of(text.split(",", -1)))
                .orElse(List.of());
        List<Grouping> groupBy = Arrays.stream(Grouping.values())
                .filter(grouping -> names.contains(WireName.of(grouping)))
                .toList();
        boolean both = groupBy.contains(Grouping.DAY) && groupBy.contains(Grouping.HOUR);
        if (groupBy.size() != names.size() || both) {
            violations.add(
                    "/group_by",
                    "enum",
                    "must be a comma-separated list of provider, model, user, context, and at most one of day, hour");
        }
        return groupBy;
    }
}
