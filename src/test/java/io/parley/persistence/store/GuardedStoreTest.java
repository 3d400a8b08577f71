package io.parley.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("A guarded store")
class GuardedStoreTest {

    private static final Problem UNAVAILABLE = new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // the clock overflows during the test
    private final UnresponsiveStore unresponsive = new UnresponsiveStore();
    private final GuardedStore store = new GuardedStore(unresponsive, Duration.ofSeconds(2), nanos::get);
    private final Logger logger = (Logger) LoggerFactory.getLogger(StoreHealth.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void attachAppender() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void detachAppender() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    @DisplayName("fails with unavailable when the store has not replied within the timeout, and not before")
    void timeout() {
        Future<Void> ping = store.ping();
        advance(Duration.ZERO);
        advance(Duration.ofMillis(1_999));
        assertThat(ping.isComplete()).isFalse();

        advance(Duration.ofMillis(1));

        assertThat(problem(ping)).isEqualTo(UNAVAILABLE);
    }

    @Test
    @DisplayName("ignores a reply after the timeout")
    void replyAfterTimeout() {
        Future<Void> ping = store.ping();
        advance(Duration.ofSeconds(3));

        unresponsive.completeOldest();

        assertThat(problem(ping)).isEqualTo(UNAVAILABLE);
    }

    @Test
    @DisplayName("fails only the calls whose timeout has passed")
    void others() {
        Future<Void> first = store.ping();
        advance(Duration.ofMillis(1_500));
        Future<Void> second = store.ping();
        advance(Duration.ofMillis(600));

        assertThat(first.isComplete()).isTrue();
        assertThat(second.isComplete()).isFalse();
    }

    @Test
    @DisplayName("fails with unavailable when the store fails")
    void storeFails() {
        Future<Void> ping = store.ping();

        unresponsive.failOldest(new StoreException("no route to host"));

        assertThat(problem(ping)).isEqualTo(UNAVAILABLE);
    }

    @Test
    @DisplayName("passes on failures that are not the store's")
    void otherFailures() {
        Future<Void> ping = store.ping();

        unresponsive.failOldest(new IllegalStateException("a bug"));

        assertThat(ping.cause()).isInstanceOf(IllegalStateException.class);
        assertThat(log.list).isEmpty();
    }

    @Test
    @DisplayName("rejects calls at once while too many are pending")
    void tooManyPending() {
        List<Future<Void>> pings =
                IntStream.range(0, 10_001).mapToObj(_ -> store.ping()).toList();

        assertThat(problem(pings.getLast())).isEqualTo(UNAVAILABLE);
        assertThat(unresponsive.pending()).isEqualTo(10_000);

        unresponsive.completeOldest();
        assertThat(store.ping().isComplete()).isFalse();
        assertThat(unresponsive.pending()).isEqualTo(10_000);
    }

    @Test
    @DisplayName("logs one line when the store becomes unavailable, and one when it is available again")
    void log() {
        for (int i = 0; i < 50; i++) {
            store.ping();
            unresponsive.failOldest(new StoreException("no route to host"));
        }
        assertThat(messages()).containsExactly("store unavailable");

        advance(Duration.ofMillis(1_001));
        for (int i = 0; i < 50; i++) {
            store.ping();
            unresponsive.completeOldest();
        }
        assertThat(messages()).containsExactly("store unavailable", "store available again");
    }

    @Test
    @DisplayName("does not log each failure of a store that fails intermittently")
    void intermittentFailures() {
        for (int i = 0; i < 50; i++) {
            store.ping();
            unresponsive.failOldest(new StoreException("too much to do"));
            store.ping();
            unresponsive.completeOldest();
        }

        assertThat(messages()).containsExactly("store unavailable");
    }

    private List<String> messages() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
        store.expire();
    }

    private static Problem problem(Future<?> failed) {
        return Problem.of(failed.cause());
    }
}
