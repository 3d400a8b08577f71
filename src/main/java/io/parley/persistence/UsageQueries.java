package io.parley.persistence;

import io.parley.contract.LedgerMessage.TimeRange;
import io.parley.contract.LedgerMessage.SumUsage;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.LedgerMessage.UsageFilter;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.Row;
import io.parley.contract.UsageMessage.Rows;
import io.parley.contract.UsageMessage.UsageTotals;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums the stored usage rollups, grouped by the requested dimensions. */
final class UsageQueries {

    private static final int MOST_ROWS = 10_000;
    private static final int MOST_DOCUMENTS = 500_000;

    private final DocumentStore store;

    UsageQueries(DocumentStore store) {
        this.store = store;
    }

    Future<Rows> sum(SumUsage sum) {
        Map<String, Row> rows = new TreeMap<>();
        Future<Void> summed = Future.succeededFuture();
        for (TimeRange slice : sum.slices()) {
            summed = summed.compose(_ -> add(slice, sum, rows));
        }
        return summed.map(_ -> new Rows(List.copyOf(rows.values())));
    }

    private Future<Void> add(TimeRange slice, SumUsage sum, Map<String, Row> rows) {
        Filter filter = whose(sum.whose())
                .and(AccountingSchema.UNIT, Rollups.unit(slice.unit()))
                .from(AccountingSchema.BUCKET, slice.from())
                .below(AccountingSchema.BUCKET, slice.below());
        return new Scan(store, AccountingSchema.ROLLUPS, Order.up(AccountingSchema.BUCKET), MOST_DOCUMENTS, UsageQueries::tooMuch)
                .each(filter, document -> add(document, sum.by(), rows));
    }

    private static Filter whose(UsageFilter whose) {
        Filter filter = Filter.ANY;
        if (whose.provider().isPresent()) {
            filter = filter.and(AccountingSchema.PROVIDER, whose.provider().get());
        }
        if (whose.user().isPresent()) {
            filter = filter.and(Schema.OWNER, whose.user().get());
        }
        if (whose.apiKey().isPresent()) {
            filter = filter.and(AccountingSchema.API_KEY, whose.apiKey().get());
        }
        return filter;
    }

    private static void add(Document document, List<Grouping> by, Map<String, Row> rows) {
        Map<Grouping, String> key = new EnumMap<>(Grouping.class);
        List<String> place = new ArrayList<>();
        for (Grouping grouping : by) {
            String part = part(document, grouping);
            key.put(grouping, part);
            place.add(part);
        }
        UsageTotals sums = Rollups.sums(document);
        rows.merge(
                String.join("\0", place),
                new Row(key, sums),
                (old, more) -> new Row(key, old.sums().plus(more.sums())));
        if (rows.size() > MOST_ROWS) {
            throw tooMuch();
        }
    }

    private static String part(Document document, Grouping grouping) {
        return switch (grouping) {
            case PROVIDER -> document.text(AccountingSchema.PROVIDER);
            case MODEL -> document.text(AccountingSchema.MODEL);
            case USER -> document.text(Schema.OWNER);
            case CONTEXT -> document.text(Schema.CONTEXT);
            case DAY -> BucketUnit.DAY.containing(document.text(AccountingSchema.BUCKET));
            case HOUR -> document.text(AccountingSchema.BUCKET);
        };
    }

    private static RuntimeException tooMuch() {
        return new Problem.Invalid(List.of(new Problem.Violation(
                        "/group_by",
                        "size",
                        "produces too many rows: request a shorter time range or fewer group_by values")))
                .toException();
    }
}
