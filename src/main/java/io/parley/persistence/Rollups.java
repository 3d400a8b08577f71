package io.parley.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.BooksMessage.BucketKey;
import io.parley.contract.BooksMessage.Heading;
import io.parley.contract.BooksMessage.Tally;
import io.parley.contract.BooksMessage.Unit;
import io.parley.contract.UsageMessage.Sums;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was used, summed up for each hour and each day, writer by writer. A document holds one writer's total, so writing it twice
 * does no harm, and a total that is smaller than what is there comes too late.
 */
final class Rollups {

    private final DocumentStore store;

    Rollups(DocumentStore store) {
        this.store = store;
    }

    Future<Void> put(String writer, List<Tally> tallies) {
        return Future.all(tallies.stream().map(tally -> put(writer, tally)).toList())
                .mapEmpty();
    }

    Future<Void> put(String writer, Map<BucketKey, Sums> totals) {
        return put(
                writer,
                totals.entrySet().stream()
                        .map(each -> Tally.of(each.getKey(), each.getValue()))
                        .toList());
    }

    /** The totals of {@code writer} in the hours of one day. */
    Future<Void> eachHour(String writer, String day, BiConsumer<Heading, Sums> visitor) {
        Filter filter = Filter.where(Books.WRITER, writer)
                .and(Books.UNIT, unit(Unit.HOUR))
                .from(Books.BUCKET, day + "T")
                .below(Books.BUCKET, day + "U");
        return Scan.all(store, Books.ROLLUPS, Order.up(Books.BUCKET))
                .each(filter, document -> visitor.accept(heading(document), sums(document)));
    }

    private Future<Void> put(String writer, Tally tally) {
        Document document = document(writer, tally);
        Filter older = Filter.ANY
                .withId(document.id())
                .below(Books.REQUESTS, tally.sums().requests());
        return store.set(Books.ROLLUPS, older, counters(tally.sums()))
                .compose(count -> count > 0 ? Future.succeededFuture() : store.insert(Books.ROLLUPS, document))
                .mapEmpty();
    }

    private static Document document(String writer, Tally tally) {
        Heading heading = tally.heading();
        Map<Field, Value> fields = new HashMap<>(counters(tally.sums()));
        fields.put(Books.WRITER, Value.of(writer));
        fields.put(Books.UNIT, Value.of(unit(tally.unit())));
        fields.put(Books.BUCKET, Value.of(tally.bucket()));
        fields.put(Books.PROVIDER, Value.of(heading.provider()));
        fields.put(Books.MODEL, Value.of(heading.model()));
        fields.put(Kinds.OWNER, Value.of(heading.user()));
        fields.put(Kinds.CONTEXT, Value.of(heading.context()));
        fields.put(Books.API_KEY, Value.of(heading.apiKey()));
        return new Document(id(writer, tally), 1, fields, "{}");
    }

    private static Map<Field, Value> counters(Sums sums) {
        return Map.of(
                Books.REQUESTS, Value.of(sums.requests()),
                Books.INPUT, Value.of(sums.inputTokens()),
                Books.OUTPUT, Value.of(sums.outputTokens()),
                Books.CACHED, Value.of(sums.cachedTokens()),
                Books.CACHE_WRITE, Value.of(sums.cacheWriteTokens()),
                Books.REASONING, Value.of(sums.reasoningTokens()),
                Books.MICROS, Value.of(sums.costMicros()),
                Books.UNPRICED, Value.of(sums.unpriced()),
                Books.ESTIMATED, Value.of(sums.estimated()),
                Books.ERRORS, Value.of(sums.errors()));
    }

    static Sums sums(Document document) {
        return new Sums(
                document.whole(Books.REQUESTS),
                document.whole(Books.INPUT),
                document.whole(Books.OUTPUT),
                document.whole(Books.CACHED),
                document.whole(Books.CACHE_WRITE),
                document.whole(Books.REASONING),
                document.whole(Books.MICROS),
                document.whole(Books.UNPRICED),
                document.whole(Books.ESTIMATED),
                document.whole(Books.ERRORS));
    }

    private static Heading heading(Document document) {
        return new Heading(
                document.text(Books.PROVIDER),
                document.text(Books.MODEL),
                document.text(Kinds.OWNER),
                document.text(Kinds.CONTEXT),
                document.text(Books.API_KEY));
    }

    static String unit(Unit unit) {
        return switch (unit) {
            case HOUR -> "hour";
            case DAY -> "day";
        };
    }

    /** Parts are of any form; each one's length in front keeps them apart. */
    private static String id(String writer, Tally tally) {
        Heading heading = tally.heading();
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
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(parts.getBytes(UTF_8));
            return "rollup_" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
