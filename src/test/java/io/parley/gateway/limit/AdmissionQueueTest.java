package io.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Limits;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.Problem;
import io.parley.gateway.ManualClock;
import io.parley.gateway.routing.Candidate;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Admission")
class AdmissionQueueTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Candidate A = new Candidate("a", "m", 1);
    private static final Candidate B = new Candidate("b", "m", 1);

    private final ManualClock clock = new ManualClock();
    private final ProviderLimiter limiterA = gate(2);
    private final ProviderLimiter limiterB = gate(1);
    private final AdmissionQueue admission = admission(100);
    private final List<String> admitted = new ArrayList<>();

    @Test
    @DisplayName("lets a request in at once where there is room, at the best target that has it")
    void room() {
        assertThat(admit(A, B).result()).isEqualTo(A);
        assertThat(admit(A, B).result()).isEqualTo(A);
        assertThat(admit(A, B).result()).isEqualTo(B);
        assertThat(admit(A, B).isComplete()).isFalse();
        assertThat(admission.queuedFor("b")).isEqualTo(1);
    }

    @Test
    @DisplayName("lets whoever waits in as soon as a call has ended")
    void freed() {
        admit(B);
        Future<Candidate> waiting = admit(B);
        assertThat(waiting.isComplete()).isFalse();
        limiterB.release(1, 1);
        admission.admitWaiting();
        assertThat(waiting.result()).isEqualTo(B);
        assertThat(clock.pending()).isZero();
    }

    @Test
    @DisplayName("does not let anybody wait behind those who wait for another target")
    void independent() {
        admit(B);
        admit(B);
        assertThat(admit(A).result()).isEqualTo(A);
    }

    @Test
    @DisplayName("follows priority, and order within it")
    void priority() {
        admit(B);
        queue("batch", Priority.BATCH);
        queue("normal 1", Priority.NORMAL);
        queue("interactive 1", Priority.INTERACTIVE);
        queue("normal 2", Priority.NORMAL);
        queue("interactive 2", Priority.INTERACTIVE);
        drain(5);
        assertThat(admitted).containsExactly("interactive 1", "interactive 2", "normal 1", "normal 2", "batch");
    }

    @Test
    @DisplayName("lets nobody starve: what has waited goes before what is more urgent and new")
    void ageing() {
        admit(B);
        queue("batch", Priority.BATCH);
        clock.advance(Duration.ofSeconds(11));
        queue("normal", Priority.NORMAL);
        clock.advance(Duration.ofSeconds(6));
        queue("interactive", Priority.INTERACTIVE);
        drain(3);
        assertThat(admitted).containsExactly("batch", "normal", "interactive");
    }

    @Test
    @DisplayName("refuses whoever would be last when the queue is full, and says how long it would take")
    void full() {
        AdmissionQueue small = admission(2);
        AdmissionRequest batch = ticket(Priority.BATCH, B);
        Future<Candidate> queued = small.admit(ticket(Priority.NORMAL, B));
        small.admit(batch);
        assertThat(batch.admitted().future().isComplete()).isFalse();
        Future<Candidate> urgent = small.admit(ticket(Priority.INTERACTIVE, B));
        assertThat(problem(batch.admitted().future()))
                .isInstanceOfSatisfying(
                        Problem.RateLimited.class,
                        limited -> assertThat(limited.retryAfter()).isBetween(Duration.ofSeconds(1), DEADLINE));
        assertThat(problem(small.admit(ticket(Priority.BATCH, B)))).isInstanceOf(Problem.RateLimited.class);
        assertThat(queued.isComplete()).isFalse();
        assertThat(urgent.isComplete()).isFalse();
        assertThat(small.queued()).isEqualTo(2);
    }

    @Test
    @DisplayName("refuses a request when its patience is over, and not before")
    void late() {
        admit(B);
        Future<Candidate> waiting = admit(B);
        clock.advance(DEADLINE.minusMillis(1));
        assertThat(waiting.isComplete()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(problem(waiting)).isInstanceOf(Problem.RateLimited.class);
        assertThat(admission.queued()).isZero();
    }

    @Test
    @DisplayName("counts whom it lets in, how long they have waited, and whom it turns away")
    void counts() {
        admit(B);
        admit(B);
        clock.advance(Duration.ofSeconds(3));
        limiterB.release(1, 1);
        admission.admitWaiting();
        admit(B);
        clock.advance(DEADLINE);
        assertThat(admission.admitted()).isEqualTo(2);
        assertThat(admission.totalWait()).isEqualTo(Duration.ofSeconds(3));
        assertThat(admission.rejected()).isEqualTo(1);
    }

    @Test
    @DisplayName("lets go of a request whose client has left")
    void cancelled() {
        admit(B);
        AdmissionRequest ticket = ticket(Priority.NORMAL, B);
        Future<Candidate> waiting = admission.admit(ticket);
        admission.cancel(ticket, new Problem.Cancelled("user"));
        assertThat(problem(waiting)).isEqualTo(new Problem.Cancelled("user"));
        limiterB.release(1, 1);
        admission.admitWaiting();
        assertThat(limiterB.inFlight()).isZero();
    }

    @Test
    @DisplayName("lets in at once who stood behind a large request that leaves, or whose patience is over")
    void cancelledAhead() {
        ProviderLimiter narrow = new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.of(100), 1000), clock);
        AdmissionQueue admission = new AdmissionQueue(clock, clock, 100, DEADLINE, Map.of("b", narrow));
        admission.admit(new AdmissionRequest(List.of(B), 80, Priority.NORMAL, DEADLINE));
        AdmissionRequest large = new AdmissionRequest(List.of(B), 90, Priority.NORMAL, DEADLINE);
        AdmissionRequest larger = new AdmissionRequest(List.of(B), 95, Priority.NORMAL, Duration.ofSeconds(1));
        admission.admit(large);
        admission.admit(larger);
        Future<Candidate> small = admission.admit(new AdmissionRequest(List.of(B), 10, Priority.NORMAL, DEADLINE));
        admission.cancel(large, new Problem.Cancelled("user"));
        assertThat(small.isComplete()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(larger.admitted().future().failed()).isTrue();
        assertThat(small.result()).isEqualTo(B);
        AdmissionRequest last = new AdmissionRequest(List.of(B), 95, Priority.NORMAL, DEADLINE);
        admission.admit(last);
        Future<Candidate> behind = admission.admit(new AdmissionRequest(List.of(B), 1, Priority.NORMAL, DEADLINE));
        assertThat(behind.isComplete()).isFalse();
        admission.cancel(last, new Problem.Cancelled("user"));
        assertThat(behind.result()).isEqualTo(B);
    }

    @Test
    @DisplayName("lets in by itself when a rate allows it again")
    void rate() {
        ProviderLimiter paced = new ProviderLimiter(new Limits(OptionalInt.of(60), OptionalInt.empty(), 1000), clock);
        AdmissionQueue admission = new AdmissionQueue(clock, clock, 100, DEADLINE, Map.of("b", paced));
        for (int each = 0; each < 60; each++) {
            admission.admit(ticket(Priority.NORMAL, B));
        }
        Future<Candidate> next = admission.admit(ticket(Priority.NORMAL, B));
        Future<Candidate> afterNext = admission.admit(ticket(Priority.NORMAL, B));
        clock.advance(Duration.ofMillis(999));
        assertThat(next.isComplete()).isFalse();
        clock.advance(Duration.ofMillis(2));
        assertThat(next.isComplete()).isTrue();
        assertThat(afterNext.isComplete()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(afterNext.isComplete()).isTrue();
    }

    @Test
    @DisplayName("survives a request that comes back at once when it is let in")
    void reentrant() {
        admit(B);
        Future<Candidate> back = admit(B).compose(_ -> {
            limiterB.release(1, 1);
            return admit(B);
        });
        Future<Candidate> other = admit(B);
        limiterB.release(1, 1);
        admission.admitWaiting();
        assertThat(other.isComplete() || back.isComplete()).isTrue();
        assertThat(limiterB.inFlight()).isEqualTo(1);
    }

    private void queue(String name, Priority priority) {
        admission.admit(ticket(priority, B)).onSuccess(_ -> admitted.add(name));
    }

    private void drain(int times) {
        for (int each = 0; each < times; each++) {
            limiterB.release(1, 1);
            admission.admitWaiting();
        }
    }

    private Future<Candidate> admit(Candidate... acceptable) {
        return admission.admit(ticket(Priority.NORMAL, acceptable));
    }

    private AdmissionQueue admission(int size) {
        if (size < 100) {
            limiterB.tryAcquire(1);
        }
        return new AdmissionQueue(clock, clock, size, DEADLINE, Map.of("a", limiterA, "b", limiterB));
    }

    private ProviderLimiter gate(int concurrent) {
        return new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.empty(), concurrent), clock);
    }

    private static AdmissionRequest ticket(Priority priority, Candidate... acceptable) {
        return new AdmissionRequest(List.of(acceptable), 1, priority, DEADLINE);
    }

    private static Problem problem(Future<?> failed) {
        return Problem.of(failed.cause());
    }
}
