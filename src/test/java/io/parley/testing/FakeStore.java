package io.parley.testing;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.Problem;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Runs;
import io.parley.contract.StoreMessage.Append;
import io.parley.contract.StoreMessage.Appended;
import io.parley.contract.StoreMessage.Batches;
import io.parley.contract.StoreMessage.ClaimIdempotencyKey;
import io.parley.contract.StoreMessage.ClaimResult;
import io.parley.contract.StoreMessage.InsertRun;
import io.parley.contract.StoreMessage.LeaseRef;
import io.parley.contract.StoreMessage.ListOpenRuns;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StoreMessage.ReadBatches;
import io.parley.contract.StoreMessage.RenewLeases;
import io.parley.contract.StoreMessage.Renewed;
import io.parley.contract.StoreMessage.ReplaceRun;
import io.parley.contract.StoreMessage.Replaced;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.contract.StreamMessage.Ack;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A store in memory that tests can slow down, make unavailable, or make lose its replies. Follows the same rules as the real stores. */
public final class FakeStore {

    private final Map<String, TreeMap<Long, RunBatch>> batches = new ConcurrentHashMap<>();
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final Map<String, ClaimIdempotencyKey> claims = new ConcurrentHashMap<>();
    private final List<Promise<Void>> heldReplies = new ArrayList<>();
    private Mode mode = Mode.UP;
    private int appends;
    private int failingReads;
    private int reads;
    private Optional<Run> inserted = Optional.empty();
    private volatile Future<Void> insertGate = Future.succeededFuture();

    /** How the store behaves. */
    public enum Mode {
        UP,
        DOWN,
        /** Every write is applied, but its reply waits for {@link #release()}. */
        HOLDING,
        /** Every append is applied, but its reply is lost. */
        LOSING_REPLIES
    }

    public Future<?> start(Bus bus) {
        return bus.handle(Addresses.STORE_INSERT_RUN, this::insert)
                .compose(_ -> bus.handle(Addresses.STORE_REPLACE_RUN, this::replace))
                .compose(_ -> bus.handle(Addresses.STORE_LOAD_RUN, this::load))
                .compose(_ -> bus.handle(Addresses.STORE_LIST_OPEN_RUNS, this::listOpen))
                .compose(_ -> bus.handle(Addresses.STORE_APPEND, this::append))
                .compose(_ -> bus.handle(Addresses.STORE_READ_BATCHES, this::read))
                .compose(_ -> bus.handle(Addresses.STORE_RENEW_LEASES, this::renew))
                .compose(_ -> bus.handle(Addresses.STORE_CLAIM_IDEMPOTENCY_KEY, this::claim))
                .compose(_ -> bus.handle(Addresses.CONTEXT_LOAD, this::context));
    }

    public synchronized void mode(Mode next) {
        mode = next;
        if (next == Mode.UP) {
            release();
        }
    }

    public synchronized void release() {
        List<Promise<Void>> all = List.copyOf(heldReplies);
        heldReplies.clear();
        all.forEach(Promise::tryComplete);
    }

    /** Returns the number of appends whose reply is held back. */
    public synchronized int heldCount() {
        return heldReplies.size();
    }

    public synchronized int appends() {
        return appends;
    }

    public synchronized List<RunBatch> batches(String run) {
        return List.copyOf(batches.getOrDefault(run, new TreeMap<>()).values());
    }

    public Optional<Run> run(String id) {
        return Optional.ofNullable(runs.get(id));
    }

    /** Writes as another writer would. */
    public synchronized void put(RunBatch batch) {
        batches.computeIfAbsent(batch.run(), _ -> new TreeMap<>()).put(batch.first(), batch);
    }

    public void put(Run run) {
        runs.put(run.id(), run);
    }

    /** Sets what happens before a run document is stored; a failed future becomes the result. */
    public void insertGate(Future<Void> next) {
        insertGate = next;
    }

    /** Returns the number of attempts to read a log. */
    public synchronized int reads() {
        return reads;
    }

    /** Makes this many of the next attempts to read a log fail. */
    public synchronized void failReads(int times) {
        failingReads = times;
    }

    /** Stores the run whose insert was requested last, whatever reply its writer received. */
    public synchronized String insertLate() {
        Run late = inserted.orElseThrow();
        put(late);
        return late.id();
    }

    private synchronized Future<Ack> insert(InsertRun insert) {
        inserted = Optional.of(insert.run());
        return insertGate.compose(_ -> reply(() -> {
            runs.put(insert.run().id(), insert.run());
            return new Ack();
        }));
    }

    private Future<Replaced> replace(ReplaceRun replace) {
        return reply(() -> {
            Run next = replace.run();
            Run current = runs.get(next.id());
            if (current == null || current.version() != next.version()) {
                return new Replaced(false, current == null ? next : current);
            }
            Run stored = version(next);
            runs.put(next.id(), stored);
            return new Replaced(true, stored);
        });
    }

    private Future<Renewed> renew(RenewLeases renew) {
        return reply(() -> {
            List<String> lost = new ArrayList<>();
            for (LeaseRef held : renew.leases()) {
                Run run = runs.get(held.run());
                boolean owned = run != null
                        && run.lease().epoch() == held.epoch()
                        && run.lease().owner().equals(renew.owner());
                if (owned) {
                    Lease next = new Lease(renew.owner(), held.epoch(), renew.until());
                    put(version(run.with(next)));
                } else {
                    lost.add(held.run());
                }
            }
            return new Renewed(lost);
        });
    }

    private Future<ClaimResult> claim(ClaimIdempotencyKey claim) {
        return reply(() -> {
            ClaimIdempotencyKey existing = claims.putIfAbsent(claim.user() + claim.key(), claim);
            ClaimIdempotencyKey current = existing == null ? claim : existing;
            return new ClaimResult(existing == null, current.digest(), current.value());
        });
    }

    private Future<Context> context(ContextMessage.Load load) {
        return reply(() -> new Context(
                load.id().equals(ContextMessage.DEFAULT) ? "ctx_default" : load.id(),
                load.owner(),
                "default",
                Optional.empty(),
                Instant.EPOCH,
                Instant.EPOCH));
    }

    private static Run version(Run run) {
        return new Run(
                run.id(),
                run.owner(),
                run.contextId(),
                run.status(),
                run.spec(),
                run.lease(),
                run.createdAt(),
                run.updatedAt(),
                run.version() + 1);
    }

    private Future<Run> load(LoadRun load) {
        return reply(() -> run(load.run())
                .filter(run -> load.user().map(run.owner()::equals).orElse(true))
                .orElseThrow(() -> new Problem.NotFound().toException()));
    }

    private Future<Runs> listOpen(ListOpenRuns list) {
        return reply(() -> new Runs(
                runs.values().stream().filter(run -> !run.status().ended()).toList(), Optional.empty()));
    }

    private synchronized Future<Appended> append(Append append) {
        if (mode == Mode.DOWN) {
            return Future.failedFuture(
                    new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException());
        }
        appends++;
        RunBatch batch = append.batch();
        RunBatch existing =
                batches.computeIfAbsent(batch.run(), _ -> new TreeMap<>()).putIfAbsent(batch.first(), batch);
        Appended answer =
                existing == null ? new Appended(true, Optional.empty()) : new Appended(false, Optional.of(existing));
        return switch (mode) {
            case LOSING_REPLIES ->
                Future.failedFuture(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException());
            case HOLDING -> hold().map(_ -> answer);
            case UP, DOWN -> Future.succeededFuture(answer);
        };
    }

    private Future<Void> hold() {
        Promise<Void> promise = Promise.promise();
        heldReplies.add(promise);
        return promise.future();
    }

    private synchronized Future<Batches> read(ReadBatches read) {
        reads++;
        if (failingReads > 0) {
            failingReads--;
            return Future.failedFuture(
                    new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException());
        }
        return reply(() -> new Batches(
                batches.getOrDefault(read.run(), new TreeMap<>()).values().stream()
                        .filter(batch -> batch.last().seq() > read.after())
                        .toList(),
                false));
    }

    private synchronized <R> Future<R> reply(Supplier<R> work) {
        return mode == Mode.DOWN
                ? Future.failedFuture(
                        new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException())
                : Future.succeededFuture(work.get());
    }
}
