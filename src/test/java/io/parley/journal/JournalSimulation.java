package io.parley.journal;

import io.parley.bus.StreamLog;
import io.parley.bus.Timers;
import io.parley.config.JournalConfig;
import io.parley.contract.ModelSelection;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.RunSpec;
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
 * A small world for one run: the real log, scribe, fold and take-over of the journal; a store that is slow, loses answers and forgets
 * nothing; writers that pause while others steal their lease; readers that drop and come back. One seed is one history. Time is a
 * number; everything happens on the test's thread.
 */
final class JournalSimulation implements Timers {

    static final int TURNS = 4;
    private static final int TOKENS = 7;
    private static final Instant BEGAN = Instant.EPOCH;
    private static final JournalConfig CONFIG = new JournalConfig(
            Duration.ofSeconds(10), Duration.ofMillis(40), 4, 4096, Duration.ofHours(1), Duration.ofSeconds(1));

    /** What is broken on purpose, to see that the checks notice. */
    enum Mutant {
        NONE,
        /** The store takes a second batch in the same place. */
        NO_UNIQUE_KEY,
        /** A reader that comes back looks at the log, and subscribes to what comes later. */
        READ_BEFORE_SUBSCRIBE,
        /** The scribe is told that a batch is stored while it is still on its way, so the next one overtakes it. */
        TWO_APPENDS_IN_FLIGHT
    }

    private final Random random;
    private final Mutant mutant;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Set<Long> cancelled = new HashSet<>();
    private final List<RunBatch> rows = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private long now;
    private long handles;
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
    public long after(Duration delay, Runnable task) {
        long handle = ++handles;
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

    private void in(int millis, Runnable work) {
        after(Duration.ofMillis(millis), work);
    }

    /** Live through one history, then check every promise; the text says what was broken, or nothing. */
    Optional<String> live() {
        newOwner();
        for (int i = 0; i < 4; i++) {
            readers.add(new Reader());
            in(random.nextInt(200), readers.getLast()::look);
        }
        int thefts = random.nextInt(4);
        for (int i = 0; i < thefts; i++) {
            in(20 + random.nextInt(600), this::newOwner);
        }
        for (int steps = 0; !tasks.isEmpty() && now < 60_000 && steps < 100_000; steps++) {
            Task next = tasks.poll();
            now = next.at();
            next.work().run();
        }
        return verdict();
    }

    // ---- the store
    // ------------------------------------------------------------------------------------------------------------

    /** Slow; now and then it fails before, or loses the answer after. */
    private Future<Appended> append(Writer writer, RunBatch batch) {
        Promise<Appended> answer = Promise.promise();
        int there = 1 + random.nextInt(30);
        int back = 1 + random.nextInt(30);
        boolean never = random.nextInt(12) == 0;
        boolean lost = random.nextInt(10) == 0;
        if (mutant == Mutant.TWO_APPENDS_IN_FLIGHT) {
            in(there, () -> insert(batch));
            return Future.succeededFuture(new Appended(true, Optional.empty()));
        }
        in(there, () -> {
            Optional<Appended> done = never ? Optional.empty() : Optional.of(insert(batch));
            writer.whenAwake(back, () -> {
                if (done.isEmpty() || lost) {
                    answer.fail(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException());
                } else {
                    answer.complete(done.get());
                }
            });
        });
        return answer.future();
    }

    private Appended insert(RunBatch batch) {
        Optional<RunBatch> holder = rows.stream()
                .filter(row -> row.first() == batch.first())
                .findFirst()
                .filter(_ -> mutant != Mutant.NO_UNIQUE_KEY);
        if (holder.isEmpty()) {
            rows.add(batch);
        }
        return new Appended(holder.isEmpty(), holder);
    }

    /** As the store hands it out: in the order of the first number. */
    private List<RunBatch> stored() {
        TreeMap<Long, List<RunBatch>> sorted = new TreeMap<>();
        rows.forEach(row ->
                sorted.computeIfAbsent(row.first(), _ -> new ArrayList<>()).add(row));
        return sorted.values().stream().flatMap(List::stream).toList();
    }

    // ---- writers
    // --------------------------------------------------------------------------------------------------------------

    /** Somebody takes the lease; whoever had it is not told. */
    private void newOwner() {
        Writer writer = new Writer(++leaseEpoch);
        writers.add(writer);
        writer.begin();
    }

    /** One owner of the run: takes over what is stored, speaks on, and pauses when it is least convenient. */
    private final class Writer implements LogWriter.Listener {
        private final int epoch;
        private RunLog log = RunLog.fresh(JournalSimulation.this, JournalSimulation.this::nanos);
        private Optional<LogWriter> scribe = Optional.empty();
        private boolean gone;
        private long asleepUntil;
        private int turn;
        private int attempt;
        private int said;

        private Writer(int epoch) {
            this.epoch = epoch;
        }

        private void begin() {
            log = RunLog.of(JournalSimulation.this, JournalSimulation.this::nanos, stored());
            boolean over = !log.isEmpty() && log.current().ended();
            Transcript past = TranscriptBuilder.of(run(), log.events(), log.visible());
            turn = past.stage().turn();
            attempt = past.stage().attempts() + 1;
            if (over) {
                return;
            }
            StreamLog current = log.begin(epoch);
            LogWriter mine = new LogWriter(
                    JournalSimulation.this, batch -> append(this, batch), CONFIG, "run", "writer-" + epoch, current, this);
            scribe = Optional.of(mine);
            if (epoch > 1) {
                RunTakeover.reset(past, log.events(), now).ifPresent(reset -> {
                    attempt = ((RunEvent.TurnReset) reset).attempt();
                    mine.append(List.of(reset));
                });
            }
            whenAwake(random.nextInt(20), this::speak);
            if (random.nextInt(3) == 0) {
                in(random.nextInt(300), () -> asleepUntil = now + random.nextInt(700));
            }
        }

        private void whenAwake(int delay, Runnable work) {
            in(delay, () -> {
                if (now < asleepUntil) {
                    whenAwake((int) (asleepUntil - now) + 1, work);
                } else {
                    work.run();
                }
            });
        }

        private void speak() {
            if (gone || scribe.isEmpty()) {
                return;
            }
            if (turn >= TURNS) {
                write(ended());
                return;
            }
            List<RunEvent> news = new ArrayList<>();
            if (said == 0) {
                news.add(new RunEvent.TurnStarted(now, turn, attempt, Speaker.BOT0, "v", "m"));
            }
            int burst = Math.min(TOKENS - said, 1 + random.nextInt(3));
            for (int i = 0; i < burst; i++) {
                news.add(new RunEvent.Token(now, turn, attempt, Speaker.BOT0, word(turn, said++)));
            }
            if (said < TOKENS) {
                scribe.orElseThrow().append(news);
                whenAwake(random.nextInt(30), this::speak);
            } else {
                news.add(new RunEvent.TurnCompleted(
                        now, turn, attempt, Speaker.BOT0, 1, FinishReason.STOP, Usage.NONE, 1, "v", "m"));
                scribe.orElseThrow().append(news).onSuccess(_ -> next());
            }
        }

        private void next() {
            turn++;
            attempt = 1;
            said = 0;
            whenAwake(random.nextInt(30), this::speak);
        }

        private void write(RunEvent event) {
            scribe.orElseThrow().append(List.of(event));
        }

        @Override
        public Future<?> settle(RunEvent.Ended ended) {
            return Future.succeededFuture();
        }

        @Override
        public RunEvent.Ended giveUp() {
            throw new IllegalStateException("the patience of this world is long");
        }

        @Override
        public void lost() {
            gone = true;
        }
    }

    static String word(int turn, int index) {
        return turn + "." + index + " ";
    }

    // ---- readers
    // --------------------------------------------------------------------------------------------------------------

    /** Follows whatever owner it finds, keeps what it was given under its cursor, drops and comes back. */
    private final class Reader {
        private final Map<Cursor, RunEvent> seen = new TreeMap<>();
        private final List<String> complaints = new ArrayList<>();
        private Cursor cursor = Cursor.START;
        private boolean over;

        private void look() {
            if (over || writers.isEmpty()) {
                return;
            }
            Writer source = writers.get(random.nextInt(4) == 0 ? random.nextInt(writers.size()) : writers.size() - 1);
            if (source.log.isEmpty() || source.log.visible().compareTo(cursor) < 0) {
                in(50, this::look);
                return;
            }
            Cursor from =
                    mutant == Mutant.READ_BEFORE_SUBSCRIBE && random.nextInt(3) == 0 ? source.log.visible() : cursor;
            source.log.after(from, Duration.ofMillis(100)).onSuccess(batch -> {
                boolean dropped = random.nextInt(6) == 0;
                if (!dropped) {
                    take(batch);
                }
                in(dropped ? random.nextInt(150) : 1, this::look);
            });
        }

        private void take(Batch batch) {
            for (int i = 0; i < batch.events().size(); i++) {
                Cursor at = batch.at(i);
                check(at, batch.events().get(i));
                seen.put(at, (RunEvent) batch.events().get(i));
                cursor = at;
            }
            over = batch.end();
        }

        private void check(Cursor at, Event event) {
            if (at.epoch() == cursor.epoch() && at.seq() != cursor.seq() + 1) {
                complaints.add("a gap or repeat: " + at + " after " + cursor);
            }
            if (at.epoch() < cursor.epoch()) {
                complaints.add("back in time: " + at + " after " + cursor);
            }
            if (event.terminal() && !(event instanceof RunEvent.Ended)) {
                complaints.add("a strange end");
            }
        }

        private String text() {
            return JournalSimulation.text(new ArrayList<>(seen.values()));
        }
    }

    // ---- judgement
    // ------------------------------------------------------------------------------------------------------------

    private Optional<String> verdict() {
        List<RunEvent> log = RunLog.of(this, this::nanos, stored()).events();
        if (!text(log).equals(expected())) {
            return Optional.of("the stored transcript is wrong: " + text(log));
        }
        if (rows.stream()
                        .flatMap(row -> row.events().stream())
                        .filter(Event::terminal)
                        .count()
                != 1) {
            return Optional.of("not exactly one terminal event");
        }
        long next = 1;
        for (RunBatch row : stored()) {
            if (row.first() != next) {
                return Optional.of("the stored numbers have a gap or a repeat at " + row.first());
            }
            next = row.last().seq() + 1;
        }
        for (Reader reader : readers) {
            if (!reader.complaints.isEmpty()) {
                return Optional.of(reader.complaints.getFirst());
            }
            if (reader.over && !reader.text().equals(expected())) {
                return Optional.of("a reader folded another transcript: " + reader.text());
            }
            Optional<String> forgotten = announcedButNotStored(reader);
            if (forgotten.isPresent()) {
                return forgotten;
            }
        }
        return Optional.empty();
    }

    /** What was announced is stored, under the same cursor. */
    private Optional<String> announcedButNotStored(Reader reader) {
        Map<Cursor, RunEvent> kept = new HashMap<>();
        for (RunBatch row : rows) {
            for (int i = 0; i < row.events().size(); i++) {
                kept.put(new Cursor(row.epoch(), row.first() + i), row.events().get(i));
            }
        }
        return reader.seen.entrySet().stream()
                .filter(entry -> LogWriter.announces(entry.getValue()))
                .filter(entry -> !entry.getValue().equals(kept.get(entry.getKey())))
                .map(entry -> "announced and not stored: " + entry)
                .findFirst();
    }

    private static String text(List<RunEvent> events) {
        Transcript transcript = TranscriptBuilder.of(run(), events, Cursor.START);
        StringBuilder text = new StringBuilder();
        transcript.lines().stream()
                .skip(1)
                .forEach(line -> text.append(line.said().content()).append('|'));
        return text.toString();
    }

    private static String expected() {
        StringBuilder text = new StringBuilder();
        for (int turn = 0; turn < TURNS; turn++) {
            for (int index = 0; index < TOKENS; index++) {
                text.append(word(turn, index));
            }
            text.append('|');
        }
        return text.toString();
    }

    private static Run run() {
        RunSpec.Bot bot = new RunSpec.Bot("b", ModelSelection.ANY, "p", OptionalDouble.empty(), OptionalInt.empty());
        RunSpec.Duo duo = new RunSpec.Duo("t", TURNS, List.of(bot, bot), RunSpec.StopRules.NONE, Optional.empty());
        return new Run("run", "ann", "ctx", RunStatus.RUNNING, duo, new Lease("w", 1, BEGAN), BEGAN, BEGAN, 0);
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
