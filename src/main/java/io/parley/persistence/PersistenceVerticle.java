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
import io.parley.persistence.accounting.AccountingSchema;
import io.parley.persistence.accounting.ApiKeyRepository;
import io.parley.persistence.accounting.BudgetAccountRepository;
import io.parley.persistence.accounting.BudgetRepository;
import io.parley.persistence.accounting.Rollups;
import io.parley.persistence.accounting.UsageLedger;
import io.parley.persistence.accounting.UsageQueries;
import io.parley.persistence.accounting.UsageWriterRecovery;
import io.parley.persistence.mongo.MongoStore;
import io.parley.persistence.run.ContextCache;
import io.parley.persistence.run.ContextDeletion;
import io.parley.persistence.run.ContextRepository;
import io.parley.persistence.run.FlowRepository;
import io.parley.persistence.run.IdempotencyRepository;
import io.parley.persistence.run.LeaseRepository;
import io.parley.persistence.run.ResponseRepository;
import io.parley.persistence.run.RunBatchRepository;
import io.parley.persistence.run.RunRepository;
import io.parley.persistence.run.RunSchema;
import io.parley.persistence.sqlite.SqliteStore;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.GuardedStore;
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
 * Handles the bus requests for stored data: contexts, flows, runs, run batches, idempotency keys, responses, usage, budgets and API keys. Runs on
 * an event loop and does not block it: the store has its own threads.
 */
public final class PersistenceVerticle extends VerticleBase {

    /** All tables and collections. */
    static final List<DocumentType> TYPES = Stream.of(RunSchema.TYPES, AccountingSchema.TYPES)
            .flatMap(List::stream)
            .toList();

    private static final Duration EXPIRE_INTERVAL = Duration.ofMillis(50);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private final Bus bus;
    private final Duration timeout;
    private final boolean singleProcess;
    private final InstantSource clock;
    private final Ids ids;
    private final LongSupplier nanos;
    private final Function<Context, DocumentStore> storeOpener;

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
     * @param singleProcess whether no other process can write to the store
     * @param storeOpener opens the store; may block
     */
    PersistenceVerticle(
            Bus bus,
            Duration timeout,
            boolean singleProcess,
            InstantSource clock,
            Ids ids,
            LongSupplier nanos,
            Function<Context, DocumentStore> storeOpener) {
        this.bus = bus;
        this.timeout = timeout;
        this.singleProcess = singleProcess;
        this.clock = clock;
        this.ids = ids;
        this.nanos = nanos;
        this.storeOpener = storeOpener;
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(() -> storeOpener.apply(context))
                .compose(openedStore -> serve(Objects.requireNonNull(openedStore)));
    }

    @Override
    public Future<?> stop() {
        return store == null ? Future.succeededFuture() : store.close();
    }

    private Future<?> serve(DocumentStore openedStore) {
        GuardedStore guarded = new GuardedStore(openedStore, timeout, nanos);
        store = guarded;
        ContextRepository contexts = new ContextRepository(guarded, clock, ids);
        FlowRepository flows = new FlowRepository(guarded, contexts, clock, ids);
        RunBatchRepository batches = new RunBatchRepository(guarded);
        RunRepository runs = new RunRepository(guarded, batches);
        LeaseRepository leases = new LeaseRepository(guarded);
        IdempotencyRepository idempotency = new IdempotencyRepository(guarded, clock);
        ResponseRepository responses = new ResponseRepository(guarded, clock);
        vertx.setPeriodic(EXPIRE_INTERVAL.toMillis(), _ -> guarded.expire());
        vertx.setPeriodic(SWEEP_INTERVAL.toMillis(), _ -> {
            idempotency.deleteExpired();
            responses.deleteExpired();
        });
        ContextCache contextCache = new ContextCache(() -> singleProcess && guarded.healthy());
        return handleContexts(contexts, contextCache, new ContextDeletion(contexts, flows, runs))
                .compose(_ -> handleFlows(flows))
                .compose(_ -> handleRuns(runs, batches))
                .compose(_ -> handleResponses(responses))
                .compose(_ -> handleAccounting(guarded))
                .compose(_ -> handleBudgets(new BudgetRepository(guarded)))
                .compose(_ -> handleApiKeys(new ApiKeyRepository(guarded)))
                .compose(_ -> handle(Addresses.STORE_RENEW_LEASES, leases::renew))
                .compose(_ -> handle(Addresses.STORE_CLAIM_IDEMPOTENCY_KEY, idempotency::claim))
                .compose(_ -> handle(Addresses.STORE_PING, _ -> acknowledge(guarded.ping())));
    }

    private Future<?> handleContexts(ContextRepository contexts, ContextCache contextCache, ContextDeletion deletion) {
        return Future.all(List.of(
                handle(Addresses.CONTEXT_CREATE, contexts::create),
                bus.handle(
                        Addresses.CONTEXT_LOAD,
                        load -> contextCache.load(load, () -> onCallerContext(contexts.load(load)))),
                handle(Addresses.CONTEXT_LIST, contexts::list),
                bus.handle(
                        Addresses.CONTEXT_CHANGE,
                        change -> contextCache.change(
                                change.owner(), change.id(), () -> onCallerContext(contexts.change(change)))),
                bus.handle(
                        Addresses.CONTEXT_DELETE,
                        delete -> contextCache.change(
                                delete.owner(),
                                delete.id(),
                                () -> onCallerContext(acknowledge(deletion.delete(delete)))))));
    }

    private Future<?> handleFlows(FlowRepository flows) {
        return Future.all(List.of(
                handle(Addresses.FLOW_CREATE, flows::create),
                handle(Addresses.FLOW_LOAD, flows::load),
                handle(Addresses.FLOW_LIST, flows::list),
                handle(Addresses.FLOW_CHANGE, flows::change),
                handle(Addresses.FLOW_DELETE, delete -> acknowledge(flows.delete(delete)))));
    }

    private Future<?> handleRuns(RunRepository runs, RunBatchRepository batches) {
        return Future.all(List.of(
                handle(Addresses.STORE_INSERT_RUN, insert -> acknowledge(runs.insert(insert.run()))),
                handle(Addresses.STORE_REPLACE_RUN, replace -> runs.replace(replace.run())),
                handle(Addresses.STORE_LOAD_RUN, runs::load),
                handle(Addresses.STORE_LIST_RUNS, runs::list),
                handle(Addresses.STORE_LIST_OPEN_RUNS, runs::listOpen),
                handle(Addresses.STORE_DELETE_RUN, delete -> acknowledge(runs.delete(delete))),
                handle(Addresses.STORE_APPEND, batches::append),
                handle(Addresses.STORE_READ_BATCHES, batches::read)));
    }

    private Future<?> handleResponses(ResponseRepository responses) {
        return Future.all(List.of(
                handle(Addresses.STORE_PUT_RESPONSE, put -> acknowledge(responses.put(put.response()))),
                handle(Addresses.STORE_LOAD_RESPONSE, responses::load),
                handle(Addresses.STORE_LOAD_RESPONSE_CONVERSATION, responses::loadConversation),
                handle(Addresses.STORE_DELETE_RESPONSE, delete -> acknowledge(responses.delete(delete)))));
    }

    private Future<?> handleAccounting(DocumentStore openedStore) {
        UsageLedger ledger = new UsageLedger(openedStore);
        BudgetAccountRepository accounts = new BudgetAccountRepository(openedStore);
        UsageWriterRecovery writerRecovery =
                new UsageWriterRecovery(openedStore, ledger, new Rollups(openedStore), accounts);
        UsageQueries queries = new UsageQueries(openedStore);
        return Future.all(List.of(
                handle(Addresses.STORE_RECORD_ATTEMPTS, ledger::append),
                handle(Addresses.STORE_WRITE_TOTALS, count -> acknowledge(writerRecovery.recordRollups(count))),
                handle(Addresses.STORE_HEARTBEAT, beat -> acknowledge(writerRecovery.heartbeat(beat))),
                handle(Addresses.STORE_RECOVER_WRITERS, recover -> acknowledge(writerRecovery.recover(recover))),
                handle(Addresses.STORE_SUM_USAGE, queries::sum),
                handle(Addresses.STORE_RESERVE, accounts::reserve),
                handle(Addresses.STORE_READ_ACCOUNT, read -> accounts.read(read.account()))));
    }

    private Future<?> handleBudgets(BudgetRepository budgets) {
        return Future.all(List.of(
                handle(Addresses.STORE_PUT_BUDGET, put -> acknowledge(budgets.put(put.budget()))),
                handle(Addresses.STORE_READ_BUDGET, read -> budgets.read(read.scope())),
                handle(Addresses.STORE_LIST_BUDGETS, _ -> budgets.list()),
                handle(
                        Addresses.STORE_ADD_ALERT,
                        add -> budgets.add(add.alert()).map(LedgerMessage.Added::new)),
                handle(Addresses.STORE_LIST_ALERTS, budgets::alerts)));
    }

    private Future<?> handleApiKeys(ApiKeyRepository keys) {
        return Future.all(List.of(
                handle(Addresses.STORE_INSERT_KEY, insert -> acknowledge(keys.insert(insert.key()))),
                handle(Addresses.STORE_FIND_KEY, find -> keys.find(find.digest())),
                handle(Addresses.STORE_LIST_KEYS, keys::list),
                handle(Addresses.STORE_REVOKE_KEY, revoke -> acknowledge(keys.revoke(revoke)))));
    }

    private <Q extends Message, R extends Message> Future<Subscription> handle(
            Ask<Q, R> address, Function<Q, Future<R>> handler) {
        return bus.handle(address, request -> onCallerContext(handler.apply(request)));
    }

    /** Completes the result on the context of the request, whichever thread the store completes it on. */
    private <R> Future<R> onCallerContext(Future<R> result) {
        Context callerContext = vertx.getOrCreateContext();
        Promise<R> promise = Promise.promise();
        result.onComplete((value, failure) -> callerContext.runOnContext(_ -> promise.complete(value, failure)));
        return promise.future();
    }

    private static Future<Ack> acknowledge(Future<Void> work) {
        return work.map(_ -> new Ack());
    }

    private static DocumentStore open(StoreConfig config, Context context) {
        if (config.mongoUri().isPresent()) {
            return MongoStore.open(
                    context.owner(), config.mongoUri().get(), config.mongoDatabase(), config.timeout(), TYPES);
        }
        return SqliteStore.open(
                config.dataDir(),
                TYPES,
                task -> context.runOnContext(_ -> task.run()),
                config.timeout(),
                System::nanoTime);
    }
}
