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
import java.util.function.LongSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Admission queue")
class AdmissionQueueTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Candidate A = new Candidate("a", "m", 1);
    private static final Candidate B = new Candidate("b", "m", 1);

    private final ManualClock clock = new ManualClock();
    private final ProviderLimiter limiterA = limiter(2);
    private final ProviderLimiter limiterB = limiter(1);
    private final AdmissionQueue admission = admission(100);
    private final List<String> admitted = new ArrayList<>();

    @Test
    @DisplayName("admits a request at once when there is capacity, at the first candidate that has it")
    void immediate() {
        assertThat(admit(A, B).result()).isEqualTo(A);
        assertThat(admit(A, B).result()).isEqualTo(A);
        assertThat(admit(A, B).result()).isEqualTo(B);
        assertThat(admit(A, B).isComplete()).isFalse();
        assertThat(admission.queuedFor("b")).isEqualTo(1);
    }

    @Test
    @DisplayName("admits a queued request as soon as a call ends")
    void slotFreed() {
        admit(B);
        Future<Candidate> waiting = admit(B);
        assertThat(waiting.isComplete()).isFalse();
        limiterB.release(1, 1);
        admission.admitWaiting();
        assertThat(waiting.result()).isEqualTo(B);
        assertThat(clock.pending()).isZero();
    }

    @Test
    @DisplayName("does not queue a request behind requests for another provider")
    void independent() {
        admit(B);
        admit(B);
        assertThat(admit(A).result()).isEqualTo(A);
    }

    @Test
    @DisplayName("admits by priority, then in order of arrival")
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
    @DisplayName("starves no request: a long wait outweighs a higher priority")
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
    @DisplayName("rejects the lowest-ranked request when the queue is full, with an estimated wait")
    void full() {
        AdmissionQueue small = admission(2);
        AdmissionRequest batch = request(Priority.BATCH, B);
        Future<Candidate> queued = small.admit(request(Priority.NORMAL, B));
        small.admit(batch);
        assertThat(batch.admitted().future().isComplete()).isFalse();
        Future<Candidate> urgent = small.admit(request(Priority.INTERACTIVE, B));
        assertThat(problem(batch.admitted().future()))
                .isInstanceOfSatisfying(
                        Problem.RateLimited.class,
                        limited -> assertThat(limited.retryAfter()).isBetween(Duration.ofSeconds(1), DEADLINE));
        assertThat(problem(small.admit(request(Priority.BATCH, B)))).isInstanceOf(Problem.RateLimited.class);
        assertThat(queued.isComplete()).isFalse();
        assertThat(urgent.isComplete()).isFalse();
        assertThat(small.queued()).isEqualTo(2);
    }

    @Test
    @DisplayName("rejects a request when its max wait is over, and not before")
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
    @DisplayName("counts admitted and rejected requests, and the time spent waiting")
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
    @DisplayName("removes a request that is cancelled")
    void cancelled() {
        admit(B);
        AdmissionRequest request = request(Priority.NORMAL, B);
        Future<Candidate> waiting = admission.admit(request);
        admission.cancel(request, new Problem.Cancelled("user"));
        assertThat(problem(waiting)).isEqualTo(new Problem.Cancelled("user"));
        limiterB.release(1, 1);
        admission.admitWaiting();
        assertThat(limiterB.inFlight()).isZero();
    }

    @Test
    @DisplayName("admits the next request at once when a larger one ahead of it is cancelled or times out")
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
        Future<Candidate> next = admission.admit(new AdmissionRequest(List.of(B), 1, Priority.NORMAL, DEADLINE));
        assertThat(next.isComplete()).isFalse();
        admission.cancel(last, new Problem.Cancelled("user"));
        assertThat(next.result()).isEqualTo(B);
    }

    @Test
    @DisplayName("admits a request when the rate limit allows it again")
    void rate() {
        ProviderLimiter paced = new ProviderLimiter(new Limits(OptionalInt.of(60), OptionalInt.empty(), 1000), clock);
        AdmissionQueue admission = new AdmissionQueue(clock, clock, 100, DEADLINE, Map.of("b", paced));
        for (int each = 0; each < 60; each++) {
            admission.admit(request(Priority.NORMAL, B));
        }
        Future<Candidate> next = admission.admit(request(Priority.NORMAL, B));
        Future<Candidate> afterNext = admission.admit(request(Priority.NORMAL, B));
        clock.advance(Duration.ofMillis(999));
        assertThat(next.isComplete()).isFalse();
        clock.advance(Duration.ofMillis(2));
        assertThat(next.isComplete()).isTrue();
        assertThat(afterNext.isComplete()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(afterNext.isComplete()).isTrue();
    }

    @Test
    @DisplayName("schedules a retry for a rejected request even if the rate limit allows it a moment later")
    void neverForgotten() {
        for (int offset = 0; offset < 40; offset++) {
            long[] millis = {0};
            LongSupplier ticking = () -> Duration.ofMillis(millis[0]++).toNanos();
            ProviderLimiter paced =
                    new ProviderLimiter(new Limits(OptionalInt.of(1), OptionalInt.empty(), 1000), ticking);
            AdmissionQueue admission = new AdmissionQueue(clock, ticking, 100, DEADLINE, Map.of("b", paced));
            admission.admit(request(Priority.NORMAL, B));
            millis[0] = Duration.ofMinutes(1).toMillis() + 20 - offset;
            int timersBefore = clock.pending();
            Future<Candidate> next = admission.admit(request(Priority.NORMAL, B));
            int timeoutAndRetry = 2;
            assertThat(next.isComplete() || clock.pending() == timersBefore + timeoutAndRetry)
                    .as("admitted, or to be retried, at offset %d", offset)
                    .isTrue();
        }
    }

    @Test
    @DisplayName("handles a request that is admitted and immediately queues again")
    void reentrant() {
        admit(B);
        Future<Candidate> resubmitted = admit(B).compose(_ -> {
            limiterB.release(1, 1);
            return admit(B);
        });
        Future<Candidate> other = admit(B);
        limiterB.release(1, 1);
        admission.admitWaiting();
        assertThat(other.isComplete() || resubmitted.isComplete()).isTrue();
        assertThat(limiterB.inFlight()).isEqualTo(1);
    }

    private void queue(String name, Priority priority) {
        admission.admit(request(priority, B)).onSuccess(_ -> admitted.add(name));
    }

    private void drain(int times) {
        for (int each = 0; each < times; each++) {
            limiterB.release(1, 1);
            admission.admitWaiting();
        }
    }

    private Future<Candidate> admit(Candidate... acceptable) {
        return admission.admit(request(Priority.NORMAL, acceptable));
    }

    private AdmissionQueue admission(int size) {
        if (size < 100) {
            limiterB.tryAcquire(1);
        }
        return new AdmissionQueue(clock, clock, size, DEADLINE, Map.of("a", limiterA, "b", limiterB));
    }

    private ProviderLimiter limiter(int concurrent) {
        return new ProviderLimiter(new Limits(OptionalInt.empty(), OptionalInt.empty(), concurrent), clock);
    }

    private static AdmissionRequest request(Priority priority, Candidate... acceptable) {
        return new AdmissionRequest(List.of(acceptable), 1, priority, DEADLINE);
    }

    private static Problem problem(Future<?> failed) {
        return Problem.of(failed.cause());
    }
}
