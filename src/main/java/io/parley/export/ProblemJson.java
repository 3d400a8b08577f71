package io.parley.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Problem.Reason;
import io.parley.contract.Problem.Refusal;
import io.parley.contract.Problem.Violation;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Problems as JSON, and back: {@code kind} says which, the rest is what that kind is made of. */
final class ProblemJson {

    private static final int LONGEST = 10_000;

    private ProblemJson() {}

    static ObjectNode write(Problem problem) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        return switch (problem) {
            case Problem.Malformed malformed ->
                json.put("kind", "malformed").put("code", malformed.code()).put("detail", malformed.detail());
            case Problem.Invalid invalid -> violations(json.put("kind", "invalid"), invalid);
            case Problem.Refused refused ->
                json.put("kind", "refused")
                        .put("refusal", lower(refused.refusal()))
                        .put("detail", refused.detail());
            case Problem.Unauthorized _ -> json.put("kind", "unauthorized");
            case Problem.Forbidden forbidden -> json.put("kind", "forbidden").put("role", forbidden.role());
            case Problem.ModelNotAllowed _ -> json.put("kind", "model_not_allowed");
            case Problem.NotFound _ -> json.put("kind", "not_found");
            case Problem.Conflict conflict -> json.put("kind", "conflict").put("detail", conflict.detail());
            case Problem.Stale _ -> json.put("kind", "stale");
            case Problem.RateLimited limited ->
                json.put("kind", "rate_limited").put("pause", limited.pause().toString());
            case Problem.BudgetExceeded exceeded ->
                json.put("kind", "budget_exceeded").put("scope", exceeded.scope());
            case Problem.VendorFailed failed -> vendor(json.put("kind", "vendor_failed"), failed);
            case Problem.Unavailable unavailable ->
                json.put("kind", "unavailable")
                        .put("reason", lower(unavailable.reason()))
                        .put("pause", unavailable.pause().toString());
            case Problem.Cancelled cancelled -> json.put("kind", "cancelled").put("cause", cancelled.cause());
            case Problem.Internal _ -> json.put("kind", "internal");
        };
    }

    private static ObjectNode violations(ObjectNode json, Problem.Invalid invalid) {
        ArrayNode errors = json.putArray("errors");
        for (Violation violation : invalid.violations()) {
            errors.addObject()
                    .put("pointer", violation.pointer())
                    .put("rule", violation.rule())
                    .put("message", violation.message());
        }
        return json;
    }

    private static ObjectNode vendor(ObjectNode json, Problem.VendorFailed failed) {
        json.put("vendor", failed.vendor()).put("fault", lower(failed.fault()));
        failed.pause().ifPresent(pause -> json.put("pause", pause.toString()));
        return json;
    }

    static Problem read(Fields fields) {
        String kind = fields.text("kind", 64);
        return switch (kind) {
            case "malformed" -> new Problem.Malformed(fields.text("code", LONGEST), fields.text("detail", LONGEST));
            case "invalid" -> new Problem.Invalid(fields.objects("errors", 0, 1000, ProblemJson::violation));
            case "refused" ->
                new Problem.Refused(
                        fields.word("refusal", Refusal.class, Refusal.NOT_ACCEPTABLE), fields.text("detail", LONGEST));
            case "unauthorized" -> new Problem.Unauthorized();
            case "forbidden" -> new Problem.Forbidden(fields.text("role", LONGEST));
            case "model_not_allowed" -> new Problem.ModelNotAllowed();
            case "not_found" -> new Problem.NotFound();
            case "conflict" -> new Problem.Conflict(fields.text("detail", LONGEST));
            case "stale" -> new Problem.Stale();
            case "rate_limited" -> new Problem.RateLimited(duration(fields, fields.text("pause", 64)));
            case "budget_exceeded" -> new Problem.BudgetExceeded(fields.text("scope", LONGEST));
            case "vendor_failed" ->
                new Problem.VendorFailed(
                        fields.text("vendor", LONGEST),
                        fields.word("fault", Fault.class, Fault.ERROR),
                        fields.maybeText("pause", 64).map(text -> duration(fields, text)));
            case "unavailable" ->
                new Problem.Unavailable(
                        fields.word("reason", Reason.class, Reason.STORE), duration(fields, fields.text("pause", 64)));
            case "cancelled" -> new Problem.Cancelled(fields.text("cause", LONGEST));
            case "internal" -> new Problem.Internal();
            default -> {
                fields.check("kind", false, "enum", "is no kind of problem");
                yield new Problem.Internal();
            }
        };
    }

    private static Violation violation(Fields fields) {
        return new Violation(
                fields.text("pointer", LONGEST), fields.text("rule", LONGEST), fields.text("message", LONGEST));
    }

    private static Duration duration(Fields fields, String text) {
        Optional<Duration> duration = parsed(text);
        fields.check("pause", duration.isPresent(), "duration", "must be an ISO-8601 duration of at most a year");
        return duration.orElse(Duration.ZERO);
    }

    private static Optional<Duration> parsed(String text) {
        try {
            Duration duration = Duration.parse(text);
            return duration.isNegative() || duration.compareTo(Duration.ofDays(366)) > 0
                    ? Optional.empty()
                    : Optional.of(duration);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
