package io.parley.http.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.BudgetMessage;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.Row;
import io.parley.contract.UsageMessage.Summary;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.contract.UsageMessage.UsageTotals;
import io.parley.contract.WireName;
import io.parley.json.Usd;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes usage, budgets and alerts as JSON. A cost is {@code null} if the price is unknown. */
final class UsageViews {

    private UsageViews() {}

    static ObjectNode row(Row row, List<Grouping> groupBy) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        groupBy.forEach(grouping ->
                view.put(WireName.of(grouping), key(grouping, row.group().getOrDefault(grouping, ""))));
        return totals(view, row.totals());
    }

    static ObjectNode summary(Summary summary) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        totals(view.putObject("today"), summary.today());
        totals(view.putObject("last_7_days"), summary.sevenDays());
        totals(view.putObject("last_30_days"), summary.thirtyDays());
        totals(view.putObject("this_month"), summary.thisMonth());
        return view;
    }

    static ObjectNode budget(BudgetMessage.BudgetStatus state) {
        BudgetMessage.Budget budget = state.budget();
        return JsonNodeFactory.instance
                .objectNode()
                .put("scope", budget.scope())
                .put("daily_usd", Usd.ofMicros(budget.dailyMicros()))
                .put("monthly_usd", Usd.ofMicros(budget.monthlyMicros()))
                .put("warn_at", budget.warnAt())
                .put("on_exceed", WireName.of(budget.onExceed()))
                .put("spent_today_usd", Usd.ofMicros(state.spentTodayMicros()))
                .put("spent_month_usd", Usd.ofMicros(state.spentMonthMicros()))
                .put("reserved_usd", Usd.ofMicros(state.reservedMicros()));
    }

    static ObjectNode alert(ObjectNode view, Alert alert) {
        return view.put("id", alert.id())
                .put("scope", alert.scope())
                .put("level", WireName.of(alert.level()))
                .put("period", WireName.of(alert.period()))
                .put("limit_usd", Usd.ofMicros(alert.limitMicros()))
                .put("spent_usd", Usd.ofMicros(alert.spentMicros()))
                .put("blocked", alert.blocked())
                .put("at", alert.raisedAt().toString());
    }

    /** Writes one recorded attempt. */
    static ObjectNode recorded(ObjectNode view, UsageRecorded recorded) {
        AttemptEnded attempt = recorded.attempt();
        return view.put("id", attempt.id())
                .put("request_id", attempt.requestContext().requestId())
                .put("user", attempt.requestContext().user())
                .put("context", attempt.requestContext().contextId().orElse(null))
                .put("run", attempt.requestContext().runId().orElse(null))
                .put("key", attempt.requestContext().apiKey().orElse(null))
                .put("provider", attempt.provider())
                .put("model", attempt.model())
                .put("input_tokens", attempt.usage().inputTokens())
                .put("output_tokens", attempt.usage().outputTokens())
                .put("cached_tokens", attempt.usage().cachedTokens())
                .put("cache_write_tokens", attempt.usage().cacheWriteTokens())
                .put("reasoning_tokens", attempt.usage().reasoningTokens())
                .put("cost_usd", Usd.ofMicros(attempt.usage().costMicros()))
                .put("estimated", attempt.usage().estimated())
                .put("error", attempt.problem().map(problem -> problem.code()).orElse(null))
                .put("ttft_ms", attempt.firstTokenMillis() < 0 ? null : attempt.firstTokenMillis())
                .put("duration_ms", attempt.durationMillis())
                .put("at", recorded.recordedAt().toString());
    }

    /** Writes totals; the total cost is known only if no request is unpriced. */
    private static ObjectNode totals(ObjectNode view, UsageTotals totals) {
        return view.put("requests", totals.requests())
                .put("input_tokens", totals.inputTokens())
                .put("output_tokens", totals.outputTokens())
                .put("cached_tokens", totals.cachedTokens())
                .put("cache_write_tokens", totals.cacheWriteTokens())
                .put("reasoning_tokens", totals.reasoningTokens())
                .put("cost_usd", totals.unpriced() == 0 ? Usd.ofMicros(totals.costMicros()) : null)
                .put("priced_cost_usd", Usd.ofMicros(totals.costMicros()))
                .put("unpriced_requests", totals.unpriced())
                .put("estimated_requests", totals.estimated())
                .put("errors", totals.errors());
    }

    private static @Nullable String key(Grouping grouping, String key) {
        return switch (grouping) {
            case HOUR -> key + ":00:00Z";
            case PROVIDER, MODEL, USER, CONTEXT, DAY ->
                Optional.of(key).filter(text -> !text.isEmpty()).orElse(null);
        };
    }
}
