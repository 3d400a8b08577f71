package io.parley.journal;

import io.parley.bus.StreamLog;
import io.parley.bus.Timers;
import io.parley.config.JournalConfig;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.Appended;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Simulates one run with the real log, log writer, transcript builder and takeover of the journal; a store that is slow, loses
 * replies and keeps all data; writers that pause while others take their lease; readers that disconnect and resume. One seed is
 * one deterministic simulation. Time is a number; all tasks run on the test's thread.
 */
final class JournalSimulation implements Timers {

    static final int TURNS = 4;
    private static final int TOKENS = 7;
    private static final Instant STARTED_AT = Instant.EPOCH;
    private static final JournalConfig CONFIG = new JournalConfig(
            Duration.ofSeconds(10), Duration.ofMillis(40), 4, 4096, Duration.ofHours(1), Duration.ofSeconds(1));

    /** Faults that are injected to prove that the checks notice them. */
    enum Mutant {
        NONE,
        /** The store accepts a second batch with the same first number. */
        NO_UNIQUE_KEY,
        /** A resuming reader reads the log first and subscribes afterwards. */
        READ_BEFORE_SUBSCRIBE,
        /** The log writer gets the reply before the batch is stored, so the next batch may overtake it. */
        TWO_APPENDS_IN_FLIGHT
    }

    private final Random random;
    private final Mutant mutant;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Set<Long> cancelled = new HashSet<>();
    private final List<RunBatch> storedBatches = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private long now;
    private long lastHandle;
    private int leaseEpoch;

    JournalSimulation(long seed, Mutant mutant) {
        this.random = new Random(seed);
        this.mutant = mutant;
    }

    private record Task(long at, long order, Runnable work) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    @Override
    public long schedule(Duration delay, Runnable task) {
        long handle = ++lastHandle;
        tasks.add(new Task(now + delay.toMillis(), handle, () -> {
            if (!cancelled.remove(handle)) {
                task.run();
            }
        }));
        return handle;
    }

    @Override
    public void cancel(long handle) {
        cancelled.add(handle);
    }

    private long nanos() {
        return Duration.ofMillis(now).toNanos();
    }

    private void scheduleIn(int millis, Runnable work) {
        schedule(Duration.ofMillis(millis), work);
    }

    /** Runs the simulation and checks every invariant; returns the first violation, if any. */
    Optional<String> simulate() {
        startWriter();
        for (int i = 0; i < 4; i++) {
            readers.add(new Reader());
            scheduleIn(random.nextInt(200), readers.getLast()::read);
        }
        int takeovers = random.nextInt(4);
        for (int i = 0; i < takeovers; i++) {
            scheduleIn(20 + random.nextInt(600), this::startWriter);
        }
        for (int steps = 0; !tasks.isEmpty() && now < 60_000 && steps < 100_000; steps++) {
            Task next = tasks.poll();
            now = next.at();
            next.work().run();
        }
        return findViolation();
    }

    // ---- store
    // ------------------------------------------------------------------------------------------------------------

    /** Slow; sometimes fails before the insert, or loses the reply after it. */
    private Future<Appended> append(Writer writer, RunBatch batch) {
        Promise<Appended> reply = Promise.promise();
        int requestMillis = 1 + random.nextInt(30);
        int replyMillis = 1 + random.nextInt(30);
        boolean fails = random.nextInt(12) == 0;
        boolean replyLost = random.nextInt(10) == 0;
        if (mutant == Mutant.TWO_APPENDS_IN_FLIGHT) {
            scheduleIn(requestMillis, () -> insert(batch));
            return Future.succeededFuture(new Appended(true, Optional.empty()));
        }
        scheduleIn(requestMillis, () -> {
            Optional<Appended> result = fails ? Optional.empty() : Optional.of(insert(batch));
            writer.scheduleWhenAwake(replyMillis, () -> {
                if (result.isEmpty() || replyLost) {
                    reply.fail(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException());
                } else {
                    reply.complete(result.get());
                }
            });
        });
        return reply.future();
    }

    private Appended insert(RunBatch batch) {
        Optional<RunBatch> existing = storedBatches.stream()
                .filter(row -> row.first() == batch.first())
                .findFirst()
                .filter(_ -> mutant != Mutant.NO_UNIQUE_KEY);
        if (existing.isEmpty()) {
            storedBatches.add(batch);
        }
        return new Appended(existing.isEmpty(), existing);
    }

    /** Sorted by first number, as the store returns it. */
    private List<RunBatch> stored() {
        TreeMap<Long, List<RunBatch>> sorted = new TreeMap<>();
        storedBatches.forEach(row ->
                sorted.computeIfAbsent(row.first(), _ -> new ArrayList<>()).add(row));
        return sorted.values().stream().flatMap(List::stream).toList();
    }

    // ---- writers
    // --------------------------------------------------------------------------------------------------------------

    /** Starts a writer that takes the lease; the previous holder gets no notification. */
    private void startWriter() {
        Writer writer = new Writer(++leaseEpoch);
        writers.add(writer);
        writer.start();
    }

    /** One owner of the run: takes over the stored log, continues it, and pauses at random. */
    private final class Writer implements LogWriter.Listener {
        private final int epoch;
        private RunLog log = RunLog.ofNewRun(JournalSimulation.this, JournalSimulation.this::nanos);
        private Optional<LogWriter> logWriter = Optional.empty();
        private boolean leaseLost;
        private long pausedUntil;
        private int turn;
        private int attempt;
        private int tokensWritten;

        private Writer(int epoch) {
            this.epoch = epoch;
        }

        private void start() {
            log = RunLog.of(JournalSimulation.this, JournalSimulation.this::nanos, stored());
            boolean ended = !log.isEmpty() && log.current().ended();
            Transcript transcript = TranscriptBuilder.of(run(), log.events(), log.highWatermark());
            turn = transcript.progress().turn();
            attempt = transcript.progress().attempts() + 1;
            if (ended) {
                return;
            }
            StreamLog current = log.beginEpoch(epoch);
            LogWriter newWriter = new LogWriter(
                    JournalSimulation.this,
                    batch -> append(this, batch),
                    CONFIG,
                    "run",
                    "writer-" + epoch,
                    current,
                    this);
            logWriter = Optional.of(newWriter);
            if (epoch > 1) {
                RunTakeover.resetEvent(transcript, log.events(), now).ifPresent(reset -> {
                    attempt = ((RunEvent.TurnReset) reset).attempt();
                    newWriter.append(List.of(reset));
                });
            }
            scheduleWhenAwake(random.nextInt(20), this::generate);
            if (random.nextInt(3) == 0) {
                scheduleIn(random.nextInt(300), () -> pausedUntil = now + random.nextInt(700));
            }
        }

        private void scheduleWhenAwake(int delay, Runnable work) {
            scheduleIn(delay, () -> {
                if (now < pausedUntil) {
                    scheduleWhenAwake((int) (pausedUntil - now) + 1, work);
                } else {
                    work.run();
                }
            });
        }

        private void generate() {
            if (leaseLost || logWriter.isEmpty()) {
                return;
            }
            if (turn >= TURNS) {
                write(ended());
                return;
            }
            List<RunEvent> events = new ArrayList<>();
            if (tokensWritten == 0) {
                events.add(new RunEvent.TurnStarted(now, turn, attempt, Speaker.BOT0, "v", "m"));
                events.add(new RunEvent.ThinkingToken(now, turn, attempt, Speaker.BOT0, "hm"));
            }
            int burst = Math.min(TOKENS - tokensWritten, 1 + random.nextInt(3));
            for (int i = 0; i < burst; i++) {
                events.add(new RunEvent.Token(now, turn, attempt, Speaker.BOT0, token(turn, tokensWritten++)));
            }
            if (tokensWritten < TOKENS) {
                logWriter.orElseThrow().append(events);
                scheduleWhenAwake(random.nextInt(30), this::generate);
            } else {
                events.add(new RunEvent.TurnCompleted(
                        now, turn, attempt, Speaker.BOT0, 1, FinishReason.STOP, Usage.NONE, 1, "v", "m"));
                logWriter.orElseThrow().append(events).onSuccess(_ -> nextTurn());
            }
        }

        private void nextTurn() {
            turn++;
            attempt = 1;
            tokensWritten = 0;
            scheduleWhenAwake(random.nextInt(30), this::generate);
        }

        private void write(RunEvent event) {
            logWriter.orElseThrow().append(List.of(event));
        }

        @Override
        public Future<?> onEndStored(RunEvent.Ended ended) {
            return Future.succeededFuture();
        }

        @Override
        public RunEvent.Ended storeUnavailableEnd() {
            throw new IllegalStateException("the simulated store is never unavailable for good");
        }

        @Override
        public void onLeaseLost() {
            leaseLost = true;
        }
    }

    static String token(int turn, int index) {
        return turn + "." + index + " ";
    }

    // ---- readers
    // --------------------------------------------------------------------------------------------------------------

    /** Follows any owner, records each event under its cursor, disconnects and resumes. */
    private final class Reader {
        private final Map<Cursor, RunEvent> received = new TreeMap<>();
        private final List<String> violations = new ArrayList<>();
        private Cursor cursor = Cursor.START;
        private boolean ended;

        private void read() {
            if (ended || writers.isEmpty()) {
                return;
            }
            Writer source = writers.get(random.nextInt(4) == 0 ? random.nextInt(writers.size()) : writers.size() - 1);
            if (source.log.isEmpty() || source.log.highWatermark().compareTo(cursor) < 0) {
                scheduleIn(50, this::read);
                return;
            }
            Cursor from = mutant == Mutant.READ_BEFORE_SUBSCRIBE && random.nextInt(3) == 0
                    ? source.log.highWatermark()
                    : cursor;
            source.log.readAfter(from, Duration.ofMillis(100)).onSuccess(batch -> {
                boolean dropped = random.nextInt(6) == 0;
                if (!dropped) {
                    accept(batch);
                }
                scheduleIn(dropped ? random.nextInt(150) : 1, this::read);
            });
        }

        private void accept(Batch batch) {
            for (int i = 0; i < batch.events().size(); i++) {
                Cursor position = batch.cursorAt(i);
                check(position, batch.events().get(i));
                received.put(position, (RunEvent) batch.events().get(i));
                cursor = position;
            }
            ended = batch.end();
        }

        private void check(Cursor position, Event event) {
            if (position.epoch() == cursor.epoch() && position.seq() != cursor.seq() + 1) {
                violations.add("a gap or a repeat: " + position + " after " + cursor);
            }
            if (position.epoch() < cursor.epoch()) {
                violations.add("a cursor of an earlier epoch: " + position + " after " + cursor);
            }
            if (event.terminal() && !(event instanceof RunEvent.Ended)) {
                violations.add("a terminal event other than Ended");
            }
        }

        private String text() {
            return JournalSimulation.text(new ArrayList<>(received.values()));
        }
    }

    // ---- checks
    // ------------------------------------------------------------------------------------------------------------

    private Optional<String> findViolation() {
        List<RunEvent> log = RunLog.of(this, this::nanos, stored()).events();
        if (!text(log).equals(expected())) {
            return Optional.of("the stored transcript is wrong: " + text(log));
        }
        if (storedBatches.stream()
                        .flatMap(row -> row.events().stream())
                        .filter(Event::terminal)
                        .count()
                != 1) {
            return Optional.of("there must be exactly one terminal event");
        }
        long next = 1;
        for (RunBatch row : stored()) {
            if (row.first() != next) {
                return Optional.of("the stored numbers have a gap or a repeat at " + row.first());
            }
            next = row.last().seq() + 1;
        }
        for (Reader reader : readers) {
            if (!reader.violations.isEmpty()) {
                return Optional.of(reader.violations.getFirst());
            }
            if (reader.ended && !reader.text().equals(expected())) {
                return Optional.of("a reader has a different transcript: " + reader.text());
            }
            Optional<String> violation = deliveredButNotStored(reader);
            if (violation.isPresent()) {
                return violation;
            }
        }
        return Optional.empty();
    }

    /** Every event that requires storage and was delivered to a reader is stored under the same cursor. */
    private Optional<String> deliveredButNotStored(Reader reader) {
        Map<Cursor, RunEvent> storedEvents = new HashMap<>();
        for (RunBatch row : storedBatches) {
            for (int i = 0; i < row.events().size(); i++) {
                storedEvents.put(
                        new Cursor(row.epoch(), row.first() + i), row.events().get(i));
            }
        }
        return reader.received.entrySet().stream()
                .filter(entry -> LogWriter.requiresStorage(entry.getValue()))
                .filter(entry -> !entry.getValue().equals(storedEvents.get(entry.getKey())))
                .map(entry -> "delivered but not stored: " + entry)
                .findFirst();
    }

    private static String text(List<RunEvent> events) {
        Transcript transcript = TranscriptBuilder.of(run(), events, Cursor.START);
        StringBuilder text = new StringBuilder();
        transcript.entries().stream()
                .skip(1)
                .forEach(entry -> text.append(entry.message().content()).append('|'));
        return text.toString();
    }

    private static String expected() {
        StringBuilder text = new StringBuilder();
        for (int turn = 0; turn < TURNS; turn++) {
            for (int index = 0; index < TOKENS; index++) {
                text.append(token(turn, index));
            }
            text.append('|');
        }
        return text.toString();
    }

    private static Run run() {
        RunSpec.Bot bot =
                new RunSpec.Bot("b", ModelSelection.DEFAULT, "p", OptionalDouble.empty(), OptionalInt.empty());
        RunSpec.Duo duo = new RunSpec.Duo("t", TURNS, List.of(bot, bot), RunSpec.StopRules.NONE, Optional.empty());
        return new Run(
                "run", "ann", "ctx", RunStatus.RUNNING, duo, new Lease("w", 1, STARTED_AT), STARTED_AT, STARTED_AT, 0);
    }

    private RunEvent.Ended ended() {
        return new RunEvent.Ended(
                now,
                RunStatus.COMPLETED,
                TURNS,
                Usage.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
