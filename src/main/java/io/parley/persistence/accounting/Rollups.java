package io.parley.persistence.accounting;

import io.parley.contract.LedgerMessage.BucketKey;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.LedgerMessage.RollupTotal;
import io.parley.contract.LedgerMessage.UsageDimensions;
import io.parley.contract.Sha256;
import io.parley.contract.UsageMessage.UsageTotals;
import io.parley.persistence.run.RunSchema;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Scan;
import io.parley.persistence.store.Value;
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
public final class Rollups {

    private final DocumentStore store;

    public Rollups(DocumentStore store) {
        this.store = store;
    }

    Future<Void> put(String writer, List<RollupTotal> totals) {
        return Future.all(totals.stream().map(total -> put(writer, total)).toList())
                .mapEmpty();
    }

    /** Stores totals by bucket and dimensions. */
    Future<Void> put(String writer, Map<BucketKey, UsageTotals> totals) {
        return put(
                writer,
                totals.entrySet().stream()
                        .map(entry -> RollupTotal.of(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /** Visits the hourly totals of {@code writer} for one day. */
    Future<Void> forEachHour(String writer, String day, BiConsumer<UsageDimensions, UsageTotals> visitor) {
        Filter filter = Filter.where(AccountingSchema.WRITER, writer)
                .and(AccountingSchema.UNIT, unit(BucketUnit.HOUR))
                .from(AccountingSchema.BUCKET, day + "T")
                .below(AccountingSchema.BUCKET, day + "U");
        return Scan.unlimited(store, AccountingSchema.ROLLUPS, Order.ascendingBy(AccountingSchema.BUCKET))
                .forEach(filter, document -> visitor.accept(dimensions(document), sums(document)));
    }

    private Future<Void> put(String writer, RollupTotal total) {
        Document document = document(writer, total);
        Filter stale = Filter.ANY
                .withId(document.id())
                .below(AccountingSchema.REQUESTS, total.totals().requests());
        return store.set(AccountingSchema.ROLLUPS, stale, counters(total.totals()))
                .compose(count ->
                        count > 0 ? Future.succeededFuture() : store.insert(AccountingSchema.ROLLUPS, document))
                .mapEmpty();
    }

    private static Document document(String writer, RollupTotal total) {
        UsageDimensions dimensions = total.dimensions();
        Map<Field, Value> fields = new HashMap<>(counters(total.totals()));
        fields.put(AccountingSchema.WRITER, Value.of(writer));
        fields.put(AccountingSchema.UNIT, Value.of(unit(total.unit())));
        fields.put(AccountingSchema.BUCKET, Value.of(total.bucket()));
        fields.put(AccountingSchema.PROVIDER, Value.of(dimensions.provider()));
        fields.put(AccountingSchema.MODEL, Value.of(dimensions.model()));
        fields.put(RunSchema.OWNER, Value.of(dimensions.user()));
        fields.put(RunSchema.CONTEXT, Value.of(dimensions.context()));
        fields.put(AccountingSchema.API_KEY, Value.of(dimensions.apiKey()));
        return new Document(id(writer, total), 1, fields, "{}");
    }

    private static Map<Field, Value> counters(UsageTotals sums) {
        return Map.of(
                AccountingSchema.REQUESTS, Value.of(sums.requests()),
                AccountingSchema.INPUT_TOKENS, Value.of(sums.inputTokens()),
                AccountingSchema.OUTPUT_TOKENS, Value.of(sums.outputTokens()),
                AccountingSchema.CACHED_TOKENS, Value.of(sums.cachedTokens()),
                AccountingSchema.CACHE_WRITE_TOKENS, Value.of(sums.cacheWriteTokens()),
                AccountingSchema.REASONING_TOKENS, Value.of(sums.reasoningTokens()),
                AccountingSchema.COST_MICROS, Value.of(sums.costMicros()),
                AccountingSchema.UNPRICED, Value.of(sums.unpriced()),
                AccountingSchema.ESTIMATED, Value.of(sums.estimated()),
                AccountingSchema.ERRORS, Value.of(sums.errors()));
    }

    static UsageTotals sums(Document document) {
        return new UsageTotals(
                document.integer(AccountingSchema.REQUESTS),
                document.integer(AccountingSchema.INPUT_TOKENS),
                document.integer(AccountingSchema.OUTPUT_TOKENS),
                document.integer(AccountingSchema.CACHED_TOKENS),
                document.integer(AccountingSchema.CACHE_WRITE_TOKENS),
                document.integer(AccountingSchema.REASONING_TOKENS),
                document.integer(AccountingSchema.COST_MICROS),
                document.integer(AccountingSchema.UNPRICED),
                document.integer(AccountingSchema.ESTIMATED),
                document.integer(AccountingSchema.ERRORS));
    }

    private static UsageDimensions dimensions(Document document) {
        return new UsageDimensions(
                document.text(AccountingSchema.PROVIDER),
                document.text(AccountingSchema.MODEL),
                document.text(RunSchema.OWNER),
                document.text(RunSchema.CONTEXT),
                document.text(AccountingSchema.API_KEY));
    }

    static String unit(BucketUnit unit) {
        return switch (unit) {
            case HOUR -> "hour";
            case DAY -> "day";
        };
    }

    /** Parts may contain any characters; a length prefix for each prevents collisions. */
    private static String id(String writer, RollupTotal total) {
        UsageDimensions dimensions = total.dimensions();
        String parts = Stream.of(
                        writer,
                        unit(total.unit()),
                        total.bucket(),
                        dimensions.provider(),
                        dimensions.model(),
                        dimensions.user(),
                        dimensions.context(),
                        dimensions.apiKey())
                .map(part -> part.length() + ":" + part)
                .collect(Collectors.joining());
        return "rollup_" + Sha256.hex(parts);
    }
}
