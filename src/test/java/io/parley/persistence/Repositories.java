package io.parley.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Ids;
import io.parley.contract.Choice;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunStatus;
import io.parley.contract.Said;
import io.parley.contract.Script;
import io.parley.persistence.Backend.Opened;
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

/** The repositories over one empty store, with a clock that tests can move; taken away after the test. */
final class Repositories implements AfterEachCallback {

    static final Instant NOW = Instant.parse("2026-11-21T08:00:00.123456789Z");

    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private final Opened opened;
    private Instant now = NOW;

    final Contexts contexts;
    final Flows flows;
    final Runs runs;
    final Batches batches;
    final Leases leases;
    final Claims claims;
    final ContextRemoval removal;

    Repositories(Backend backend) {
        folder = folder();
        opened = backend.open(vertx, folder.resolve("data"), PersistenceVerticle.KINDS);
        DocumentStore store = opened.store();
        InstantSource clock = () -> now;
        Ids ids = new Ids(clock, new Random(1));
        contexts = new Contexts(store, clock, ids);
        flows = new Flows(store, contexts, clock, ids);
        batches = new Batches(store);
        runs = new Runs(store, batches);
        leases = new Leases(store);
        claims = new Claims(store, clock);
        removal = new ContextRemoval(contexts, flows, runs);
    }

    DocumentStore store() {
        return opened.store();
    }

    /** Let time pass. */
    Instant pass(Duration time) {
        now = now.plus(time);
        return now;
    }

    static Run run(String id, String owner, String context, RunStatus status, Instant createdAt) {
        Script chat = new Script.Chat(
                "", List.of(Said.user("hello")), Choice.ANY, OptionalDouble.empty(), OptionalInt.empty(), true, false);
        Lease lease = new Lease("journal-1", 1, Instant.parse("2026-11-21T08:00:10.5Z"));
        return new Run(id, owner, context, status, chat, lease, createdAt, createdAt, 0);
    }

    static <T> T of(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    /** The problem that comes of {@code work}. */
    static Problem problem(Supplier<Future<?>> work) {
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
