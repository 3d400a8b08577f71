package io.parley.persistence;

import io.parley.bus.Bus;
import io.parley.bus.Bus.Subscription;
import io.parley.bus.Ids;
import io.parley.config.StoreConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.LedgerMessage;
import io.parley.contract.Message;
import io.parley.contract.StreamMessage.Ack;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Handles the bus requests for stored data: contexts, flows, runs, run batches, idempotency keys, usage, budgets and API keys. Runs on
 * an event loop and does not block it: the store has its own threads.
 */
public final class PersistenceVerticle extends VerticleBase {

    /** There is no table or collection that is not here. */
    static final List<DocumentType> KINDS =
            Stream.of(Schema.KINDS, AccountingSchema.KINDS).flatMap(List::stream).toList();

    private static final Duration EXPIRE = Duration.ofMillis(50);
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Bus bus;
    private final Duration timeout;
    private final boolean alone;
    private final InstantSource clock;
    private final Ids ids;
    private final LongSupplier nanos;
    private final Function<Context, DocumentStore> opening;

    private @Nullable DocumentStore store;

    public PersistenceVerticle(Bus bus, StoreConfig config, InstantSource clock, Ids ids) {
        this(
                bus,
                config.timeout(),
                config.mongoUri().isEmpty(),
                clock,
                ids,
                System::nanoTime,
                context -> open(config, context));
    }

    /**
     * @param alone whether no other process can write to the store
     * @param opening opens the store; may block
     */
    PersistenceVerticle(
            Bus bus,
            Duration timeout,
            boolean alone,
            InstantSource clock,
            Ids ids,
            LongSupplier nanos,
            Function<Context, DocumentStore> opening) {
        this.bus = bus;
        this.timeout = timeout;
        this.alone = alone;
        this.clock = clock;
        this.ids = ids;
        this.nanos = nanos;
        this.opening = opening;
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(() -> opening.apply(context))
                .compose(opened -> serve(Objects.requireNonNull(opened)));
    }

    @Override
    public Future<?> stop() {
        return store == null ? Future.succeededFuture() : store.close();
    }

    private Future<?> serve(DocumentStore opened) {
        GuardedStore guarded = new GuardedStore(opened, timeout, nanos);
        store = guarded;
        ContextRepository contexts = new ContextRepository(guarded, clock, ids);
        FlowRepository flows = new FlowRepository(guarded, contexts, clock, ids);
        RunBatchRepository batches = new RunBatchRepository(guarded);
        RunRepository runs = new RunRepository(guarded, batches);
        LeaseRepository leases = new LeaseRepository(guarded);
        IdempotencyRepository claims = new IdempotencyRepository(guarded, clock);
        vertx.setPeriodic(EXPIRE.toMillis(), _ -> guarded.expire());
        vertx.setPeriodic(SWEEP.toMillis(), _ -> claims.sweep());
        ContextCache known = new ContextCache(() -> alone && guarded.well());
        return answerContexts(contexts, known, new ContextDeletion(contexts, flows, runs))
                .compose(_ -> answerFlows(flows))
                .compose(_ -> answerRuns(runs, batches))
                .compose(_ -> answerBooks(guarded))
                .compose(_ -> answerBudgets(new BudgetRepository(guarded)))
                .compose(_ -> answerKeys(new ApiKeyRepository(guarded)))
                .compose(_ -> answer(Addresses.STORE_RENEW_LEASES, leases::renew))
                .compose(_ -> answer(Addresses.STORE_CLAIM, claims::claim))
                .compose(_ -> answer(Addresses.STORE_PING, _ -> done(guarded.ping())));
    }

    private Future<?> answerContexts(ContextRepository contexts, ContextCache known, ContextDeletion removal) {
        return Future.all(List.of(
                answer(Addresses.CONTEXT_CREATE, contexts::create),
                bus.answer(Addresses.CONTEXT_LOAD, load -> known.load(load, () -> home(contexts.load(load)))),
                answer(Addresses.CONTEXT_LIST, contexts::list),
                bus.answer(
                        Addresses.CONTEXT_CHANGE,
                        change -> known.change(change.owner(), change.id(), () -> home(contexts.change(change)))),
                bus.answer(
                        Addresses.CONTEXT_DELETE,
                        delete ->
                                known.change(delete.owner(), delete.id(), () -> home(done(removal.delete(delete)))))));
    }

    private Future<?> answerFlows(FlowRepository flows) {
        return Future.all(List.of(
                answer(Addresses.FLOW_CREATE, flows::create),
                answer(Addresses.FLOW_LOAD, flows::load),
                answer(Addresses.FLOW_LIST, flows::list),
                answer(Addresses.FLOW_CHANGE, flows::change),
                answer(Addresses.FLOW_DELETE, delete -> done(flows.delete(delete)))));
    }

    private Future<?> answerRuns(RunRepository runs, RunBatchRepository batches) {
        return Future.all(List.of(
                answer(Addresses.STORE_INSERT_RUN, insert -> done(runs.insert(insert.run()))),
                answer(Addresses.STORE_REPLACE_RUN, replace -> runs.replace(replace.run())),
                answer(Addresses.STORE_LOAD_RUN, runs::load),
                answer(Addresses.STORE_LIST_RUNS, runs::list),
                answer(Addresses.STORE_LIST_OPEN_RUNS, runs::listOpen),
                answer(Addresses.STORE_DELETE_RUN, delete -> done(runs.delete(delete))),
                answer(Addresses.STORE_APPEND, batches::append),
                answer(Addresses.STORE_READ_BATCHES, batches::read)));
    }

    private Future<?> answerBooks(DocumentStore opened) {
        UsageLedger ledger = new UsageLedger(opened);
        BudgetAccountRepository shares = new BudgetAccountRepository(opened);
        UsageWriterRecovery writers = new UsageWriterRecovery(opened, ledger, new Rollups(opened), shares);
        UsageQueries reports = new UsageQueries(opened);
        return Future.all(List.of(
                answer(Addresses.STORE_BOOK, ledger::book),
                answer(Addresses.STORE_COUNT, count -> done(writers.count(count))),
                answer(Addresses.STORE_BEAT, beat -> done(writers.beat(beat))),
                answer(Addresses.STORE_RECOVER, recover -> done(writers.recover(recover))),
                answer(Addresses.STORE_SUM, reports::sum),
                answer(Addresses.STORE_HOLD, shares::hold),
                answer(Addresses.STORE_READ_ACCOUNT, read -> shares.read(read.account()))));
    }

    private Future<?> answerBudgets(BudgetRepository budgets) {
        return Future.all(List.of(
                answer(Addresses.STORE_PUT_BUDGET, put -> done(budgets.put(put.budget()))),
                answer(Addresses.STORE_READ_BUDGET, read -> budgets.read(read.scope())),
                answer(Addresses.STORE_LIST_BUDGETS, _ -> budgets.list()),
                answer(
                        Addresses.STORE_ADD_ALERT,
                        add -> budgets.add(add.alert()).map(LedgerMessage.Added::new)),
                answer(Addresses.STORE_LIST_ALERTS, budgets::alerts)));
    }

    private Future<?> answerKeys(ApiKeyRepository keys) {
        return Future.all(List.of(
                answer(Addresses.STORE_INSERT_KEY, insert -> done(keys.insert(insert.key()))),
                answer(Addresses.STORE_FIND_KEY, find -> keys.find(find.digest())),
                answer(Addresses.STORE_LIST_KEYS, keys::list),
                answer(Addresses.STORE_REVOKE_KEY, revoke -> done(keys.revoke(revoke)))));
    }

    private <Q extends Message, R extends Message> Future<Subscription> answer(
            Ask<Q, R> address, Function<Q, Future<R>> handler) {
        return bus.answer(address, question -> home(handler.apply(question)));
    }

    /** Completes the result on the context of the request, whichever thread the store completes it on. */
    private <R> Future<R> home(Future<R> answer) {
        Context asked = vertx.getOrCreateContext();
        Promise<R> promise = Promise.promise();
        answer.onComplete((value, failure) -> asked.runOnContext(_ -> promise.complete(value, failure)));
        return promise.future();
    }

    private static Future<Ack> done(Future<Void> work) {
        return work.map(_ -> new Ack());
    }

    private static DocumentStore open(StoreConfig config, Context context) {
        if (config.mongoUri().isPresent()) {
            return MongoStore.open(
                    context.owner(), config.mongoUri().get(), config.mongoDatabase(), config.timeout(), KINDS);
        }
        return SqliteStore.open(
                config.dataDir(),
                KINDS,
                task -> context.runOnContext(_ -> task.run()),
                config.timeout(),
                System::nanoTime);
    }
}
