package io.parley.persistence.accounting;

import io.parley.contract.LedgerMessage.BucketKey;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.LedgerMessage.Heartbeat;
import io.parley.contract.LedgerMessage.RecoverWriters;
import io.parley.contract.LedgerMessage.UsageDimensions;
import io.parley.contract.LedgerMessage.WriteTotals;
import io.parley.contract.UsageMessage.UsageTotals;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Value;
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

/** Tracks the heartbeats of usage writers, and recomputes the rollups of a crashed writer from the ledger. */
public final class UsageWriterRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(UsageWriterRecovery.class);
    private static final int BATCH_SIZE = 10;

    private final DocumentStore store;
    private final UsageLedger ledger;
    private final Rollups rollups;
    private final BudgetAccountRepository shares;

    public UsageWriterRecovery(
            DocumentStore store, UsageLedger ledger, Rollups rollups, BudgetAccountRepository shares) {
        this.store = store;
        this.ledger = ledger;
        this.rollups = rollups;
        this.shares = shares;
    }

    public Future<Void> recordRollups(WriteTotals request) {
        return rollups.put(request.writer(), request.totals()).compose(_ -> shares.put(request.shares()));
    }

    public Future<Void> heartbeat(Heartbeat request) {
        Filter writer = Filter.ANY.withId(request.writer());
        Map<Field, Value> fields = Map.of(AccountingSchema.HEARTBEAT, DocumentMapper.time(request.countedUntil()));
        return request.closed()
                ? store.delete(AccountingSchema.WRITERS, writer).mapEmpty()
                : store.set(AccountingSchema.WRITERS, writer, fields)
                        .compose(count -> count > 0
                                ? Future.succeededFuture()
                                : store.insert(
                                        AccountingSchema.WRITERS, new Document(request.writer(), 1, fields, "{}")))
                        .mapEmpty();
    }

    public Future<Void> recover(RecoverWriters recover) {
        Filter expired = Filter.ANY.below(AccountingSchema.HEARTBEAT, DocumentMapper.micros(recover.inactiveSince()));
        Query query = new Query(expired, Order.ascendingBy(AccountingSchema.HEARTBEAT), BATCH_SIZE, Optional.empty());
        return store.find(AccountingSchema.WRITERS, query).compose(this::recoverEach);
    }

    private Future<Void> recoverEach(List<Document> writers) {
        Future<Void> recovered = Future.succeededFuture();
        for (Document writer : writers) {
            recovered = recovered.compose(_ -> recover(writer));
        }
        return recovered;
    }

    private Future<Void> recover(Document writer) {
        Instant lastHeartbeat = DocumentMapper.time(writer.integer(AccountingSchema.HEARTBEAT));
        Filter unchanged = Filter.where(AccountingSchema.HEARTBEAT, writer.integer(AccountingSchema.HEARTBEAT))
                .withId(writer.id());
        return recount(writer.id(), BucketUnit.HOUR.bucket(lastHeartbeat.minus(Duration.ofHours(1))))
                .compose(_ -> shares.settleAll(writer.id()))
                .compose(_ -> store.delete(AccountingSchema.WRITERS, unchanged))
                .onSuccess(_ -> LOG.atWarn()
                        .addKeyValue("writer", writer.id())
                        .log("usage accounting of a crashed writer recovered"))
                .mapEmpty();
    }

    private Future<Void> recount(String writer, String from) {
        Map<BucketKey, UsageTotals> hours = new HashMap<>();
        return ledger.forEach(
                        writer,
                        from,
                        entry -> hours.merge(
                                BucketKey.of(BucketUnit.HOUR, entry),
                                UsageTotals.of(entry.attempt()),
                                UsageTotals::plus))
                .compose(_ -> rollups.put(writer, hours))
                .compose(_ -> recountDays(writer, days(hours.keySet())));
    }

    private Future<Void> recountDays(String writer, Set<String> days) {
        Future<Void> counted = Future.succeededFuture();
        for (String day : days) {
            Map<UsageDimensions, UsageTotals> totals = new HashMap<>();
            counted = counted.compose(_ -> rollups.forEachHour(
                            writer, day, (dimensions, sums) -> totals.merge(dimensions, sums, UsageTotals::plus)))
                    .compose(_ -> rollups.put(writer, keyed(day, totals)));
        }
        return counted;
    }

    private static Map<BucketKey, UsageTotals> keyed(String day, Map<UsageDimensions, UsageTotals> totals) {
        return totals.entrySet().stream()
                .collect(Collectors.toMap(
                        each -> new BucketKey(BucketUnit.DAY, day, each.getKey()), Map.Entry::getValue));
    }

    private static Set<String> days(Set<BucketKey> hours) {
        return hours.stream()
                .map(hour -> BucketUnit.DAY.containing(hour.bucket()))
                .collect(Collectors.toSet());
    }
}
