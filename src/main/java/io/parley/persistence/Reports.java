package io.parley.persistence;

import io.parley.contract.BooksMessage.Slice;
import io.parley.contract.BooksMessage.Sum;
import io.parley.contract.BooksMessage.Unit;
import io.parley.contract.BooksMessage.Whose;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.Row;
import io.parley.contract.UsageMessage.Rows;
import io.parley.contract.UsageMessage.Sums;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums up what was counted, by whatever it is to be told apart by. */
final class Reports {

    private static final int MOST_ROWS = 10_000;
    private static final int MOST_DOCUMENTS = 500_000;

    private final DocumentStore store;

    Reports(DocumentStore store) {
        this.store = store;
    }

    Future<Rows> sum(Sum sum) {
        Map<String, Row> rows = new TreeMap<>();
        Future<Void> summed = Future.succeededFuture();
        for (Slice slice : sum.slices()) {
            summed = summed.compose(_ -> add(slice, sum, rows));
        }
        return summed.map(_ -> new Rows(List.copyOf(rows.values())));
    }

    private Future<Void> add(Slice slice, Sum sum, Map<String, Row> rows) {
        Filter filter = whose(sum.whose())
                .and(Books.UNIT, Rollups.unit(slice.unit()))
                .from(Books.BUCKET, slice.from())
                .below(Books.BUCKET, slice.below());
        return new Scan(store, Books.ROLLUPS, Order.up(Books.BUCKET), MOST_DOCUMENTS, Reports::tooMuch)
                .each(filter, document -> add(document, sum.by(), rows));
    }

    private static Filter whose(Whose whose) {
        Filter filter = Filter.ANY;
        if (whose.provider().isPresent()) {
            filter = filter.and(Books.PROVIDER, whose.provider().get());
        }
        if (whose.user().isPresent()) {
            filter = filter.and(Kinds.OWNER, whose.user().get());
        }
        if (whose.apiKey().isPresent()) {
            filter = filter.and(Books.API_KEY, whose.apiKey().get());
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
        Sums sums = Rollups.sums(document);
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
            case PROVIDER -> document.text(Books.PROVIDER);
            case MODEL -> document.text(Books.MODEL);
            case USER -> document.text(Kinds.OWNER);
            case CONTEXT -> document.text(Kinds.CONTEXT);
            case DAY -> Unit.DAY.containing(document.text(Books.BUCKET));
            case HOUR -> document.text(Books.BUCKET);
        };
    }

    private static RuntimeException tooMuch() {
        return new Problem.Invalid(List.of(new Problem.Violation(
                        "/group_by", "size", "is too much for one answer: ask for a shorter time or fewer keys")))
                .toException();
    }
}
