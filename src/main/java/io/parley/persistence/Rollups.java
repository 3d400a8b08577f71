package io.parley.persistence;

import io.parley.contract.LedgerMessage.BucketKey;
import io.parley.contract.LedgerMessage.UsageDimensions;
import io.parley.contract.LedgerMessage.RollupTotal;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.Sha256;
import io.parley.contract.UsageMessage.UsageTotals;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stores usage totals for each hour and each day, separately for each writer. A document holds the running total of one writer, so
 * that writing it twice is harmless; a total with fewer requests than the stored one is stale and is ignored.
 */
final class Rollups {

    private final DocumentStore store;

    Rollups(DocumentStore store) {
        this.store = store;
    }

    Future<Void> put(String writer, List<RollupTotal> tallies) {
        return Future.all(tallies.stream().map(tally -> put(writer, tally)).toList())
                .mapEmpty();
    }

    /** Stores totals by bucket and dimensions. */
    Future<Void> put(String writer, Map<BucketKey, UsageTotals> totals) {
        return put(
                writer,
                totals.entrySet().stream()
                        .map(each -> RollupTotal.of(each.getKey(), each.getValue()))
                        .toList());
    }

    /** Visits the hourly totals of {@code writer} for one day. */
    Future<Void> eachHour(String writer, String day, BiConsumer<UsageDimensions, UsageTotals> visitor) {
        Filter filter = Filter.where(AccountingSchema.WRITER, writer)
                .and(AccountingSchema.UNIT, unit(BucketUnit.HOUR))
                .from(AccountingSchema.BUCKET, day + "T")
                .below(AccountingSchema.BUCKET, day + "U");
        return Scan.all(store, AccountingSchema.ROLLUPS, Order.up(AccountingSchema.BUCKET))
                .each(filter, document -> visitor.accept(heading(document), sums(document)));
    }

    private Future<Void> put(String writer, RollupTotal tally) {
        Document document = document(writer, tally);
        Filter older = Filter.ANY
                .withId(document.id())
                .below(AccountingSchema.REQUESTS, tally.sums().requests());
        return store.set(AccountingSchema.ROLLUPS, older, counters(tally.sums()))
                .compose(count -> count > 0 ? Future.succeededFuture() : store.insert(AccountingSchema.ROLLUPS, document))
                .mapEmpty();
    }

    private static Document document(String writer, RollupTotal tally) {
        UsageDimensions heading = tally.heading();
        Map<Field, Value> fields = new HashMap<>(counters(tally.sums()));
        fields.put(AccountingSchema.WRITER, Value.of(writer));
        fields.put(AccountingSchema.UNIT, Value.of(unit(tally.unit())));
        fields.put(AccountingSchema.BUCKET, Value.of(tally.bucket()));
        fields.put(AccountingSchema.PROVIDER, Value.of(heading.provider()));
        fields.put(AccountingSchema.MODEL, Value.of(heading.model()));
        fields.put(Schema.OWNER, Value.of(heading.user()));
        fields.put(Schema.CONTEXT, Value.of(heading.context()));
        fields.put(AccountingSchema.API_KEY, Value.of(heading.apiKey()));
        return new Document(id(writer, tally), 1, fields, "{}");
    }

    private static Map<Field, Value> counters(UsageTotals sums) {
        return Map.of(
                AccountingSchema.REQUESTS, Value.of(sums.requests()),
                AccountingSchema.INPUT, Value.of(sums.inputTokens()),
                AccountingSchema.OUTPUT, Value.of(sums.outputTokens()),
                AccountingSchema.CACHED, Value.of(sums.cachedTokens()),
                AccountingSchema.CACHE_WRITE, Value.of(sums.cacheWriteTokens()),
                AccountingSchema.REASONING, Value.of(sums.reasoningTokens()),
                AccountingSchema.MICROS, Value.of(sums.costMicros()),
                AccountingSchema.UNPRICED, Value.of(sums.unpriced()),
                AccountingSchema.ESTIMATED, Value.of(sums.estimated()),
                AccountingSchema.ERRORS, Value.of(sums.errors()));
    }

    static UsageTotals sums(Document document) {
        return new UsageTotals(
                document.whole(AccountingSchema.REQUESTS),
                document.whole(AccountingSchema.INPUT),
                document.whole(AccountingSchema.OUTPUT),
                document.whole(AccountingSchema.CACHED),
                document.whole(AccountingSchema.CACHE_WRITE),
                document.whole(AccountingSchema.REASONING),
                document.whole(AccountingSchema.MICROS),
                document.whole(AccountingSchema.UNPRICED),
                document.whole(AccountingSchema.ESTIMATED),
                document.whole(AccountingSchema.ERRORS));
    }

    private static UsageDimensions heading(Document document) {
        return new UsageDimensions(
                document.text(AccountingSchema.PROVIDER),
                document.text(AccountingSchema.MODEL),
                document.text(Schema.OWNER),
                document.text(Schema.CONTEXT),
                document.text(AccountingSchema.API_KEY));
    }

    static String unit(BucketUnit unit) {
        return switch (unit) {
            case HOUR -> "hour";
            case DAY -> "day";
        };
    }

    /** Parts may contain any characters; a length prefix for each prevents collisions. */
    private static String id(String writer, RollupTotal tally) {
        UsageDimensions heading = tally.heading();
        String parts = Stream.of(
                        writer,
                        unit(tally.unit()),
                        tally.bucket(),
                        heading.provider(),
                        heading.model(),
                        heading.user(),
                        heading.context(),
                        heading.apiKey())
                .map(part -> part.length() + ":" + part)
                .collect(Collectors.joining());
        return "rollup_" + Sha256.hex(parts);
    }
}
