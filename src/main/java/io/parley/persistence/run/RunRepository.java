package io.parley.persistence.run;

import io.parley.contract.Problem;
import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.StoreMessage.DeleteRun;
import io.parley.contract.StoreMessage.ListOpenRuns;
import io.parley.contract.StoreMessage.ListRuns;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StoreMessage.Replaced;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Paginator;
import io.parley.persistence.store.Paginator.Page;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stores run documents. Does not store their events, see {@link RunBatchRepository}. */
public final class RunRepository {

    private static final int BATCH_SIZE = 50;

    private static final DocumentMapper<Run> MAPPER = new DocumentMapper<>(
            RunSchema.RUNS,
            Run.class,
            Run::id,
            run -> Map.of(
                    RunSchema.OWNER, Value.of(run.owner()),
                    RunSchema.CONTEXT, Value.of(run.contextId()),
                    RunSchema.CREATED, DocumentMapper.time(run.createdAt()),
                    RunSchema.OPEN, Value.of(run.status().ended() ? 0 : 1),
                    RunSchema.LEASE_HOLDER, Value.of(run.lease().owner()),
                    RunSchema.LEASE_EPOCH, Value.of(run.lease().epoch()),
                    RunSchema.LEASE_UNTIL, DocumentMapper.time(run.lease().until())));

    private final DocumentStore store;
    private final RunBatchRepository batches;

    public RunRepository(DocumentStore store, RunBatchRepository batches) {
        this.store = store;
        this.batches = batches;
    }

    /** Idempotent: a writer that got no reply may retry, and an identical stored run counts as its own. */
    public Future<Void> insert(Run run) {
        return store.insert(RunSchema.RUNS, MAPPER.toDocument(run, run.version()))
                .compose(inserted -> inserted
                        ? Future.succeededFuture()
                        : find(run.id(), Filter.ANY)
                                .compose(existing -> existing.equals(Optional.of(withVersion(run, run.version())))
                                        ? Future.succeededFuture()
                                        : conflict("a conversation with this id already exists")));
    }

    public Future<Replaced> replace(Run run) {
        Run next = withVersion(run, run.version() + 1);
        Filter owner = Filter.where(RunSchema.OWNER, run.owner());
        return store.replaceIf(RunSchema.RUNS, MAPPER.toDocument(run, run.version()), owner)
                .compose(applied -> applied
                        ? Future.succeededFuture(new Replaced(true, next))
                        : find(run.id(), owner)
                                .compose(RunRepository::required)
                                .map(current -> new Replaced(current.equals(next), current)));
    }

    public Future<Run> load(LoadRun load) {
        Filter filter =
                load.user().map(user -> Filter.where(RunSchema.OWNER, user)).orElse(Filter.ANY);
        return find(load.run(), filter).compose(RunRepository::required);
    }

    public Future<RunMessage.Runs> list(ListRuns list) {
        Filter ownerFilter = Filter.where(RunSchema.OWNER, list.user());
        Filter filter = list.contextId()
                .map(context -> ownerFilter.and(RunSchema.CONTEXT, ContextRepository.resolve(list.user(), context)))
                .orElse(ownerFilter);
        return page(filter, Order.descendingBy(RunSchema.CREATED), list.limit(), list.after());
    }

    public Future<RunMessage.Runs> listOpen(ListOpenRuns list) {
        return page(Filter.where(RunSchema.OPEN, 1), Order.ascendingBy(RunSchema.CREATED), list.limit(), list.after());
    }

    public Future<Void> delete(DeleteRun delete) {
        return load(new LoadRun(Optional.of(delete.user()), delete.run()))
                .compose(run -> run.status().ended()
                        ? remove(run.owner(), run.id())
                        : conflict("the conversation is still running: stop it first"));
    }

    Future<Boolean> anyOpen(String owner, String context) {
        return findRuns(owner, context, 1, 1).map(found -> !found.isEmpty());
    }

    /** Deletes the ended runs of a context, with their batches. */
    Future<Void> deleteEnded(String owner, String context) {
        return findRuns(owner, context, 0, BATCH_SIZE).compose(found -> {
            Future<?> removed = Future.all(
                    found.stream().map(run -> remove(owner, run.id())).toList());
            return found.size() < BATCH_SIZE ? removed.mapEmpty() : removed.compose(_ -> deleteEnded(owner, context));
        });
    }

    /** Deletes the batches first, so that a deletion that fails halfway can be repeated. */
    private Future<Void> remove(String owner, String run) {
        Filter ended =
                Filter.where(RunSchema.OWNER, owner).and(RunSchema.OPEN, 0).withId(run);
        return batches.delete(run)
                .compose(_ -> store.delete(RunSchema.RUNS, ended))
                .mapEmpty();
    }

    private Future<List<Document>> findRuns(String owner, String context, long open, int limit) {
        Filter filter = Filter.where(RunSchema.OWNER, owner)
                .and(RunSchema.CONTEXT, context)
                .and(RunSchema.OPEN, open);
        return store.find(
                RunSchema.RUNS, new Query(filter, Order.ascendingBy(RunSchema.CREATED), limit, Optional.empty()));
    }

    private Future<Optional<Run>> find(String id, Filter filter) {
        return store.get(RunSchema.RUNS, id, filter).map(found -> found.map(RunRepository::toRun));
    }

    private Future<RunMessage.Runs> page(Filter filter, Order order, int limit, Optional<String> after) {
        return new Paginator(store, RunSchema.RUNS, order)
                .page(filter, limit, after)
                .map(RunRepository::toRuns);
    }

    private static RunMessage.Runs toRuns(Page page) {
        return new RunMessage.Runs(
                page.data().stream().map(RunRepository::toRun).toList(), page.next());
    }

    /** Takes version and lease from the fields: they change without the body. */
    private static Run toRun(Document document) {
        return withVersion(MAPPER.fromDocument(document), document.version(), document.integer(RunSchema.LEASE_UNTIL));
    }

    /** The run as it would be read back: at {@code version}, with its lease in microseconds. */
    private static Run withVersion(Run run, long version) {
        return withVersion(run, version, DocumentMapper.micros(run.lease().until()));
    }

    private static Run withVersion(Run run, long version, long until) {
        Lease lease = new Lease(run.lease().owner(), run.lease().epoch(), DocumentMapper.time(until));
        return new Run(
                run.id(),
                run.owner(),
                run.contextId(),
                run.status(),
                run.spec(),
                lease,
                run.createdAt(),
                run.updatedAt(),
                version);
    }

    private static Future<Run> required(Optional<Run> found) {
        return found.map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(new Problem.NotFound().toException()));
    }

    private static <T> Future<T> conflict(String message) {
        return Future.failedFuture(new Problem.Conflict(message).toException());
    }
}
