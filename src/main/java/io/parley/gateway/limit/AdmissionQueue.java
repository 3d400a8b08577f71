package io.parley.gateway.limit;

import io.parley.bus.Timers;
import io.parley.contract.Problem;
import io.parley.gateway.limit.AgingPriorityQueue.Entry;
import io.parley.gateway.routing.Candidate;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Admits requests from one bounded queue as far as the limits of the providers allow. Does not make the calls. */
public final class AdmissionQueue {

    private static final Duration MIN_WAIT = Duration.ofSeconds(1);

    private final Timers timers;
    private final LongSupplier nanos;
    private final int maxQueued;
    private final Duration maxWait;
    private final Map<String, ProviderLimiter> limiters;
    private final AgingPriorityQueue<AdmissionRequest> queue = new AgingPriorityQueue<>();
    private final Map<AdmissionRequest, Entry<AdmissionRequest>> entries = new HashMap<>();
    private final SlidingWindowCounter admissions = new SlidingWindowCounter();
    private long timer = -1;
    private long admitted;
    private long totalWait;
    private long rejected;

    /** @param limiters the limiter of each provider by name */
    public AdmissionQueue(
            Timers timers, LongSupplier nanos, int maxQueued, Duration maxWait, Map<String, ProviderLimiter> limiters) {
        this.timers = timers;
        this.nanos = nanos;
        this.maxQueued = maxQueued;
        this.maxWait = maxWait;
        this.limiters = limiters;
    }

    /** Completes with the admitted candidate; fails with {@link Problem.RateLimited} when the queue is full or the request has timed out. */
    public Future<Candidate> admit(AdmissionRequest request) {
        long enteredAt = nanos.getAsLong();
        entries.put(request, queue.add(request, request.priority(), enteredAt));
        request.admitted().future().onSuccess(_ -> recordWait(enteredAt));
        admitWaiting();
        while (queue.size() > maxQueued) {
            reject(queue.last());
        }
        if (entries.containsKey(request)) {
            long timeoutTimer = timers.schedule(request.maxWait(), () -> onTimeout(request));
            request.admitted().future().onComplete(_ -> timers.cancel(timeoutTimer));
        }
        return request.admitted().future();
    }

    /** Removes a waiting request and fails it with {@code problem}; requests after it may become admissible. */
    public void cancel(AdmissionRequest request, Problem problem) {
        if (remove(request)) {
            request.admitted().fail(problem.toException());
            admitWaiting();
        }
    }

    /** Admits all waiting requests that the limits allow now. */
    public void admitWaiting() {
        timers.cancel(timer);
        timer = -1;
        Map<AdmissionRequest, Candidate> ready = new LinkedHashMap<>();
        Set<String> blocked = new HashSet<>();
        Optional<Duration> nextDelay = Optional.empty();
        for (Entry<AdmissionRequest> entry : queue.ordered()) {
            AdmissionRequest request = entry.item();
            for (Candidate candidate : request.candidates()) {
                ProviderLimiter limiter = limiters.get(candidate.provider());
                if (limiter == null || blocked.contains(candidate.provider())) {
                    continue;
                }
                if (limiter.tryAcquire(request.tokens())) {
                    ready.put(request, candidate);
                    break;
                }
                // later requests must not overtake, or a large request would starve
                blocked.add(candidate.provider());
                nextDelay = earliest(nextDelay, limiter.retryDelay(request.tokens()));
            }
            if (blocked.size() == limiters.size()) {
                break;
            }
        }
        nextDelay.ifPresent(delay -> timer = timers.schedule(delay, this::admitWaiting));
        // remove all before the first completes: a completed request may re-enter at once
        ready.keySet().forEach(this::remove);
        ready.forEach(this::complete);
    }

    public int queued() {
        return queue.size();
    }

    /** The number of waiting requests that the provider could serve. */
    public int queuedFor(String provider) {
        return (int) queue.ordered().stream()
                .filter(entry -> entry.item().candidates().stream()
                        .anyMatch(candidate -> candidate.provider().equals(provider)))
                .count();
    }

    /** The number of admitted requests. */
    public long admitted() {
        return admitted;
    }

    /** The total waiting time of all admitted requests. */
    public Duration totalWait() {
        return Duration.ofNanos(totalWait);
    }

    /** The number of rejected requests. */
    public long rejected() {
        return rejected;
    }

    private void recordWait(long enteredAt) {
        admitted++;
        totalWait += nanos.getAsLong() - enteredAt;
    }

    private void complete(AdmissionRequest request, Candidate candidate) {
        admissions.add(nanos.getAsLong());
        request.admitted().complete(candidate);
    }

    private void reject(Entry<AdmissionRequest> last) {
        Duration wait = expectedWait();
        rejected++;
        remove(last.item());
        last.item().admitted().fail(new Problem.RateLimited(wait).toException());
    }

    private void onTimeout(AdmissionRequest request) {
        rejected++;
        cancel(request, new Problem.RateLimited(expectedWait()));
    }

    private boolean remove(AdmissionRequest request) {
        Entry<AdmissionRequest> entry = entries.remove(request);
        return entry != null && queue.remove(entry);
    }

    /** The time to drain the queue at the recent admission rate. */
    private Duration expectedWait() {
        long perWindow = admissions.count(nanos.getAsLong());
        if (perWindow == 0) {
            return maxWait;
        }
        Duration wait = SlidingWindowCounter.WINDOW.multipliedBy(queue.size()).dividedBy(perWindow);
        return wait.compareTo(MIN_WAIT) < 0 ? MIN_WAIT : wait.compareTo(maxWait) > 0 ? maxWait : wait;
    }

    private static Optional<Duration> earliest(Optional<Duration> one, Optional<Duration> other) {
        return Stream.concat(one.stream(), other.stream()).min(Comparator.naturalOrder());
    }
}
