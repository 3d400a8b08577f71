package io.parley.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.config.ConversationConfig;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ChatMessage;
import io.parley.contract.ModelSelection;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.testing.FakeStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Live runs of an instance")
class LiveRunRegistryTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Bus bus = Bus.install(vertx);
    private final FakeStore store = new FakeStore();
    private final AtomicLong nanos = new AtomicLong();
    private final JournalConfig config = new JournalConfig(
            Duration.ofSeconds(10), Duration.ofMillis(40), 32, 8192, Duration.ofMillis(300), Duration.ofMillis(100));
    private final StoredLogCache storedLogs = new StoredLogCache(bus, nanos::get, config.linger());
    private final LiveRunRegistry liveRuns = new LiveRunRegistry(
            bus,
            config,
            new ConversationConfig(
                    Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofHours(24)),
            new Clocks(InstantSource.fixed(NOW), nanos::get),
            "journal.1",
            storedLogs);

    @AfterEach
    void close() throws Exception {
        liveRuns.stop();
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("an abandoned run is stopped once, however long it takes to end")
    void abandonedOnce() throws Exception {
        AtomicInteger stops = new AtomicInteger();
        store.start(bus)
                .compose(_ -> bus.handle(Addresses.RUN_STOP, stop -> {
                    stops.incrementAndGet();
                    return Future.succeededFuture(
                            new CommandResult(stop.run(), RunStatus.RUNNING, true, Optional.empty()));
                }))
                .await(5, TimeUnit.SECONDS);
        Future<?> swept = Future.future(done -> context.runOnContext(_ -> {
            liveRuns.start(vertx);
            liveRuns.open(new OpenLog(run("run_1"), List.of()), "call_1")
                    .onSuccess(_ -> sweepThreeTimes())
                    .onComplete(done);
        }));
        swept.await(5, TimeUnit.SECONDS);
        bus.request(Addresses.RUN_STOP, new Stop(requestContext(), "run_2", "user"))
                .await(5, TimeUnit.SECONDS); // handled after all earlier requests
        assertThat(stops).hasValue(2);
    }

    private void sweepThreeTimes() {
        nanos.set(Duration.ofSeconds(31).toNanos());
        liveRuns.sweep();
        liveRuns.sweep();
        liveRuns.sweep();
    }

    private static RequestContext requestContext() {
        return new RequestContext("req", "ann", Optional.empty(), Optional.empty());
    }

    private static Run run(String id) {
        RunSpec.Chat chat = new RunSpec.Chat(
                "sys",
                List.of(ChatMessage.user("hi")),
                ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                false,
                false);
        return new Run(id, "ann", "ctx_1", RunStatus.RUNNING, chat, new Lease("", 1, NOW), NOW, NOW, 0);
    }
}
