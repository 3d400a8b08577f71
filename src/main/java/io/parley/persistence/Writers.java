package io.parley.persistence;

import io.parley.contract.BooksMessage.Beat;
import io.parley.contract.BooksMessage.BucketKey;
import io.parley.contract.BooksMessage.Count;
import io.parley.contract.BooksMessage.Heading;
import io.parley.contract.BooksMessage.Recover;
import io.parley.contract.BooksMessage.Unit;
import io.parley.contract.UsageMessage.Sums;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who counts, up to when, and what is done for a writer that stopped in the middle: the ledger is counted again in its name. */
final class Writers {

    private static final Logger LOG = LoggerFactory.getLogger(Writers.class);
    private static final int AT_ONCE = 10;

    private final DocumentStore store;
    private final Ledger ledger;
    private final Rollups rollups;
    private final Shares shares;

    Writers(DocumentStore store, Ledger ledger, Rollups rollups, Shares shares) {
        this.store = store;
        this.ledger = ledger;
        this.rollups = rollups;
        this.shares = shares;
    }

    Future<Void> count(Count count) {
        return rollups.put(count.writer(), count.tallies()).compose(_ -> shares.put(count.shares()));
    }

    Future<Void> beat(Beat beat) {
        Filter writer = Filter.ANY.withId(beat.writer());
        Map<Field, Value> at = Map.of(Books.BEAT, Mapping.time(beat.at()));
        return beat.closed()
                ? store.delete(Books.WRITERS, writer).mapEmpty()
                : store.set(Books.WRITERS, writer, at)
                        .compose(count -> count > 0
                                ? Future.succeededFuture()
                                : store.insert(Books.WRITERS, new Document(beat.writer(), 1, at, "{}")))
                        .mapEmpty();
    }

    Future<Void> recover(Recover recover) {
        Filter silent = Filter.ANY.below(Books.BEAT, Mapping.micros(recover.silentSince()));
        Query query = new Query(silent, Order.up(Books.BEAT), AT_ONCE, Optional.empty());
        return store.find(Books.WRITERS, query).compose(this::recoverEach);
    }

    private Future<Void> recoverEach(List<Document> writers) {
        Future<Void> recovered = Future.succeededFuture();
        for (Document writer : writers) {
            recovered = recovered.compose(_ -> recover(writer));
        }
        return recovered;
    }

    private Future<Void> recover(Document writer) {
        Instant beat = Mapping.time(writer.whole(Books.BEAT));
        Filter still = Filter.where(Books.BEAT, writer.whole(Books.BEAT)).withId(writer.id());
        return recount(writer.id(), Unit.HOUR.bucket(beat.minus(Duration.ofHours(1))))
                .compose(_ -> shares.settleAll(writer.id()))
                .compose(_ -> store.delete(Books.WRITERS, still))
                .onSuccess(_ -> LOG.atWarn()
                        .addKeyValue("writer", writer.id())
                        .log("a server stopped in the middle of its books: they were closed for it"))
                .mapEmpty();
    }

    private Future<Void> recount(String writer, String from) {
        Map<BucketKey, Sums> hours = new HashMap<>();
        return ledger.each(
                        writer,
                        from,
                        entry -> hours.merge(BucketKey.of(Unit.HOUR, entry), Sums.of(entry.attempt()), Sums::plus))
                .compose(_ -> rollups.put(writer, hours))
                .compose(_ -> recountDays(writer, days(hours.keySet())));
    }

    private Future<Void> recountDays(String writer, Set<String> days) {
        Future<Void> counted = Future.succeededFuture();
        for (String day : days) {
            Map<Heading, Sums> totals = new HashMap<>();
            counted = counted.compose(_ ->
                            rollups.eachHour(writer, day, (heading, sums) -> totals.merge(heading, sums, Sums::plus)))
                    .compose(_ -> rollups.put(writer, keyed(day, totals)));
        }
        return counted;
    }

    private static Map<BucketKey, Sums> keyed(String day, Map<Heading, Sums> totals) {
        return totals.entrySet().stream()
                .collect(Collectors.toMap(each -> new BucketKey(Unit.DAY, day, each.getKey()), Map.Entry::getValue));
    }

    private static Set<String> days(Set<BucketKey> hours) {
        return hours.stream().map(hour -> Unit.DAY.containing(hour.bucket())).collect(Collectors.toSet());
    }
}
