package io.parley.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Ids;
import io.parley.contract.ChatMessage;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.persistence.StoreBackend.Opened;
import io.parley.persistence.run.ContextDeletion;
import io.parley.persistence.run.ContextRepository;
import io.parley.persistence.run.FlowRepository;
import io.parley.persistence.run.IdempotencyRepository;
import io.parley.persistence.run.LeaseRepository;
import io.parley.persistence.run.ResponseRepository;
import io.parley.persistence.run.RunBatchRepository;
import io.parley.persistence.run.RunRepository;
import io.parley.persistence.store.DocumentStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Creates all repositories over one empty store, with a clock that tests advance; closed after the test. */
public final class TestRepositories implements AfterEachCallback {

    public static final Instant NOW = Instant.parse("2026-11-21T08:00:00.123456789Z");

    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private final Opened opened;
    private Instant now = NOW;

    public final ContextRepository contexts;
    public final FlowRepository flows;
    public final RunRepository runs;
    public final RunBatchRepository batches;
    public final LeaseRepository leases;
    public final IdempotencyRepository claims;
    public final ResponseRepository responses;
    public final ContextDeletion deletion;

    public TestRepositories(StoreBackend backend) {
        folder = folder();
        opened = backend.open(vertx, folder.resolve("data"), PersistenceVerticle.TYPES);
        DocumentStore store = opened.store();
        InstantSource clock = () -> now;
        Ids ids = new Ids(clock, new Random(1));
        contexts = new ContextRepository(store, clock, ids);
        flows = new FlowRepository(store, contexts, clock, ids);
        batches = new RunBatchRepository(store);
        runs = new RunRepository(store, batches);
        leases = new LeaseRepository(store);
        claims = new IdempotencyRepository(store, clock);
        responses = new ResponseRepository(store, clock);
        deletion = new ContextDeletion(contexts, flows, runs);
    }

    public DocumentStore store() {
        return opened.store();
    }

    /** Advances the clock. */
    public Instant advance(Duration time) {
        now = now.plus(time);
        return now;
    }

    public static Run run(String id, String owner, String context, RunStatus status, Instant createdAt) {
        RunSpec chat = new RunSpec.Chat(
                "",
                List.of(ChatMessage.user("hello")),
                ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                true,
                false);
        Lease lease = new Lease("journal-1", 1, Instant.parse("2026-11-21T08:00:10.5Z"));
        return new Run(id, owner, context, status, chat, lease, createdAt, createdAt, 0);
    }

    public static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    /** The problem that {@code work} fails with. */
    public static Problem problem(Supplier<Future<?>> work) {
        ThrowingCallable waiting = () -> work.get().await(10, TimeUnit.SECONDS);
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(waiting);
        assertThat(thrown).isInstanceOf(ProblemException.class);
        return Problem.of(thrown);
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("parley-store-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext test) throws Exception {
        opened.close();
        vertx.close().await(10, TimeUnit.SECONDS);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
