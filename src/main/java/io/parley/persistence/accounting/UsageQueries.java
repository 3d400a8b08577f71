package io.parley.persistence.accounting;

import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.LedgerMessage.SumUsage;
import io.parley.contract.LedgerMessage.TimeRange;
import io.parley.contract.LedgerMessage.UsageFilter;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.Row;
import io.parley.contract.UsageMessage.Rows;
import io.parley.contract.UsageMessage.UsageTotals;
import io.parley.persistence.run.RunSchema;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Scan;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums the stored usage rollups, grouped by the requested dimensions. */
public final class UsageQueries {

    private static final int MAX_ROWS = 10_000;
    private static final int MAX_DOCUMENTS = 500_000;

    private final DocumentStore store;

    public UsageQueries(DocumentStore store) {
        this.store = store;
    }

    public Future<Rows> sum(SumUsage sum) {
        Map<String, Row> rows = new TreeMap<>();
        Future<Void> summed = Future.succeededFuture();
        for (TimeRange range : sum.ranges()) {
            summed = summed.compose(_ -> add(range, sum, rows));
        }
        return summed.map(_ -> new Rows(List.copyOf(rows.values())));
    }

    private Future<Void> add(TimeRange range, SumUsage sum, Map<String, Row> rows) {
        Filter filter = filter(sum.filter())
                .and(AccountingSchema.UNIT, Rollups.unit(range.unit()))
                .from(AccountingSchema.BUCKET, range.from())
                .below(AccountingSchema.BUCKET, range.to());
        return new Scan(
                        store,
                        AccountingSchema.ROLLUPS,
                        Order.ascendingBy(AccountingSchema.BUCKET),
                        MAX_DOCUMENTS,
                        UsageQueries::tooLarge)
                .forEach(filter, document -> add(document, sum.groupBy(), rows));
    }

    private static Filter filter(UsageFilter usageFilter) {
        Filter filter = Filter.ANY;
        if (usageFilter.provider().isPresent()) {
            filter =
                    filter.and(AccountingSchema.PROVIDER, usageFilter.provider().get());
        }
        if (usageFilter.user().isPresent()) {
            filter = filter.and(RunSchema.OWNER, usageFilter.user().get());
        }
        if (usageFilter.apiKey().isPresent()) {
            filter = filter.and(AccountingSchema.API_KEY, usageFilter.apiKey().get());
        }
        return filter;
    }

    private static void add(Document document, List<Grouping> by, Map<String, Row> rows) {
        Map<Grouping, String> key = new EnumMap<>(Grouping.class);
        List<String> keyParts = new ArrayList<>();
        for (Grouping grouping : by) {
            String part = part(document, grouping);
            key.put(grouping, part);
            keyParts.add(part);
        }
        UsageTotals sums = Rollups.sums(document);
        rows.merge(
                String.join("\0", keyParts),
                new Row(key, sums),
                (old, more) -> new Row(key, old.totals().plus(more.totals())));
        if (rows.size() > MAX_ROWS) {
            throw tooLarge();
        }
    }

    private static String part(Document document, Grouping grouping) {
        return switch (grouping) {
            case PROVIDER -> document.text(AccountingSchema.PROVIDER);
            case MODEL -> document.text(AccountingSchema.MODEL);
            case USER -> document.text(RunSchema.OWNER);
            case CONTEXT -> document.text(RunSchema.CONTEXT);
            case DAY -> BucketUnit.DAY.containing(document.text(AccountingSchema.BUCKET));
            case HOUR -> document.text(AccountingSchema.BUCKET);
        };
    }

    private static RuntimeException tooLarge() {
        return new Problem.Invalid(List.of(new Problem.Violation(
                        "/group_by",
                        "size",
                        "produces too many rows: request a shorter time range or fewer group_by values")))
                .toException();
    }
}
