package io.parley.export.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Problem.Reason;
import io.parley.contract.Problem.RejectionReason;
import io.parley.contract.Problem.Violation;
import io.parley.contract.WireName;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;

/** Writes problems as JSON and reads them back: {@code kind} selects the type, and the other fields are its components. */
final class ProblemJson {

    private static final TextRule WORD = TextRule.maxLength(64);
    private static final TextRule TEXT = TextRule.maxLength(10_000);

    private ProblemJson() {}

    static ObjectNode write(Problem problem) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        return switch (problem) {
            case Problem.Malformed malformed ->
                json.put("kind", "malformed").put("code", malformed.code()).put("detail", malformed.detail());
            case Problem.Invalid invalid -> violations(json.put("kind", "invalid"), invalid);
            case Problem.Rejected rejected ->
                json.put("kind", "refused")
                        .put("refusal", WireName.of(rejected.reason()))
                        .put("detail", rejected.detail());
            case Problem.Unauthorized _ -> json.put("kind", "unauthorized");
            case Problem.Forbidden forbidden -> json.put("kind", "forbidden").put("role", forbidden.role());
            case Problem.ModelNotAllowed _ -> json.put("kind", "model_not_allowed");
            case Problem.NotFound _ -> json.put("kind", "not_found");
            case Problem.Conflict conflict -> json.put("kind", "conflict").put("detail", conflict.detail());
            case Problem.PreconditionFailed _ -> json.put("kind", "stale");
            case Problem.RateLimited limited ->
                json.put("kind", "rate_limited")
                        .put("pause", limited.retryAfter().toString());
            case Problem.BudgetExceeded exceeded ->
                json.put("kind", "budget_exceeded").put("scope", exceeded.scope());
            case Problem.ProviderFailed failed -> providerFailed(json.put("kind", "vendor_failed"), failed);
            case Problem.Unavailable unavailable ->
                json.put("kind", "unavailable")
                        .put("reason", WireName.of(unavailable.reason()))
                        .put("pause", unavailable.retryAfter().toString());
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

    private static ObjectNode providerFailed(ObjectNode json, Problem.ProviderFailed failed) {
        json.put("vendor", failed.provider()).put("fault", WireName.of(failed.fault()));
        failed.retryAfter().ifPresent(retryAfter -> json.put("pause", retryAfter.toString()));
        return json;
    }

    static Problem read(JsonFields fields) {
        String kind = fields.text("kind", WORD);
        return switch (kind) {
            case "malformed" -> new Problem.Malformed(fields.text("code", TEXT), fields.text("detail", TEXT));
            case "invalid" -> new Problem.Invalid(fields.objects("errors", 0, 1000, ProblemJson::violation));
            case "refused" ->
                new Problem.Rejected(
                        fields.oneOf("refusal", RejectionReason.class, RejectionReason.NOT_ACCEPTABLE),
                        fields.text("detail", TEXT));
            case "unauthorized" -> new Problem.Unauthorized();
            case "forbidden" -> new Problem.Forbidden(fields.text("role", TEXT));
            case "model_not_allowed" -> new Problem.ModelNotAllowed();
            case "not_found" -> new Problem.NotFound();
            case "conflict" -> new Problem.Conflict(fields.text("detail", TEXT));
            case "stale" -> new Problem.PreconditionFailed();
            case "rate_limited" -> new Problem.RateLimited(duration(fields, fields.text("pause", WORD)));
            case "budget_exceeded" -> new Problem.BudgetExceeded(fields.text("scope", TEXT));
            case "vendor_failed" ->
                new Problem.ProviderFailed(
                        fields.text("vendor", TEXT),
                        fields.oneOf("fault", Fault.class, Fault.ERROR),
                        fields.optionalText("pause", WORD).map(text -> duration(fields, text)));
            case "unavailable" ->
                new Problem.Unavailable(
                        fields.oneOf("reason", Reason.class, Reason.STORE),
                        duration(fields, fields.text("pause", WORD)));
            case "cancelled" -> new Problem.Cancelled(fields.text("cause", TEXT));
            case "internal" -> new Problem.Internal();
            default -> {
                fields.check("kind", false, "enum", "must be a known problem kind");
                yield new Problem.Internal();
            }
        };
    }

    private static Violation violation(JsonFields fields) {
        return new Violation(fields.text("pointer", TEXT), fields.text("rule", TEXT), fields.text("message", TEXT));
    }

    private static Duration duration(JsonFields fields, String text) {
        Optional<Duration> duration = parse(text);
        fields.check("pause", duration.isPresent(), "duration", "must be an ISO-8601 duration of at most a year");
        return duration.orElse(Duration.ZERO);
    }

    private static Optional<Duration> parse(String text) {
        try {
            Duration duration = Duration.parse(text);
            return duration.isNegative() || duration.compareTo(Duration.ofDays(366)) > 0
                    ? Optional.empty()
                    : Optional.of(duration);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
