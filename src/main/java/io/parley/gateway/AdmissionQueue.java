package io.parley.gateway;

import io.parley.bus.Timers;
import io.parley.contract.Problem;
import io.parley.gateway.AgingPriorityQueue.Entry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Lets requests in as the targets' gates allow, one bounded queue before all of them. Knows nothing of what they do inside. */
final class AdmissionQueue {

    private static final Duration LEAST = Duration.ofSeconds(1);

    private final Timers timers;
    private final LongSupplier nanos;
    private final int size;
    private final Duration deadline;
    private final Map<String, ProviderLimiter> gates;
    private final AgingPriorityQueue<AdmissionRequest> room = new AgingPriorityQueue<>();
    private final Map<AdmissionRequest, Entry<AdmissionRequest>> places = new HashMap<>();
    private final SlidingWindowCounter served = new SlidingWindowCounter();
    private long timer = -1;
    private long admitted;
    private long waited;
    private long refused;

    /** @param gates of each provider by name */
    AdmissionQueue(Timers timers, LongSupplier nanos, int size, Duration deadline, Map<String, ProviderLimiter> gates) {
        this.timers = timers;
        this.nanos = nanos;
        this.size = size;
        this.deadline = deadline;
        this.gates = gates;
    }

    /** Completes with where the request may go now; fails when the queue is full or the request's patience is over. */
    Future<Candidate> admit(AdmissionRequest ticket) {
        long came = nanos.getAsLong();
        places.put(ticket, room.enter(ticket, ticket.priority(), came));
        ticket.admitted().future().onSuccess(_ -> entered(came));
        pump();
        while (room.size() > size) {
            refuse(room.last());
        }
        if (places.containsKey(ticket)) {
            long late = timers.after(ticket.patience(), () -> late(ticket));
            ticket.admitted().future().onComplete(_ -> timers.cancel(late));
        }
        return ticket.admitted().future();
    }

    /** Nobody waits for this any more; whoever stood behind it need not wait for what it waited for. */
    void cancel(AdmissionRequest ticket, Problem why) {
        if (leave(ticket)) {
            ticket.admitted().fail(why.toException());
            pump();
        }
    }

    /** Something has become free. */
    void pump() {
        timers.cancel(timer);
        timer = -1;
        Map<AdmissionRequest, Candidate> admitted = new LinkedHashMap<>();
        Set<String> shut = new HashSet<>();
        Optional<Duration> soonest = Optional.empty();
        for (Entry<AdmissionRequest> place : room.inOrder()) {
            AdmissionRequest ticket = place.guest();
            for (Candidate candidate : ticket.acceptable()) {
                ProviderLimiter gate = gates.get(candidate.provider());
                if (gate == null || shut.contains(candidate.provider())) {
                    continue;
                }
                if (gate.enter(ticket.tokens())) {
                    admitted.put(ticket, candidate);
                    break;
                }
                shut.add(candidate.provider()); // whoever stands behind waits, or a large request would wait for ever
                soonest = sooner(soonest, gate.pause(ticket.tokens()));
            }
            if (shut.size() == gates.size()) {
                break;
            }
        }
        soonest.ifPresent(pause -> timer = timers.after(pause, this::pump));
        admitted.keySet().forEach(this::leave); // all of them before the first goes on: it may come back at once
        admitted.forEach(this::letIn);
    }

    int waiting() {
        return room.size();
    }

    /** How many wait that the provider could take. */
    int waitingFor(String provider) {
        return (int) room.inOrder().stream()
                .filter(place -> place.guest().acceptable().stream()
                        .anyMatch(candidate -> candidate.provider().equals(provider)))
                .count();
    }

    /** How many were let in. */
    long admitted() {
        return admitted;
    }

    /** How long all that were let in have waited for it. */
    Duration waited() {
        return Duration.ofNanos(waited);
    }

    /** How many were turned away. */
    long refused() {
        return refused;
    }

    private void entered(long came) {
        admitted++;
        waited += nanos.getAsLong() - came;
    }

    private void letIn(AdmissionRequest ticket, Candidate candidate) {
        served.add(nanos.getAsLong());
        ticket.admitted().complete(candidate);
    }

    private void refuse(Entry<AdmissionRequest> last) {
        Duration wait = expectedWait();
        refused++;
        leave(last.guest());
        last.guest().admitted().fail(new Problem.RateLimited(wait).toException());
    }

    private void late(AdmissionRequest ticket) {
        refused++;
        cancel(ticket, new Problem.RateLimited(expectedWait()));
    }

    private boolean leave(AdmissionRequest ticket) {
        Entry<AdmissionRequest> place = places.remove(ticket);
        return place != null && room.leave(place);
    }

    /** As long as the queue would take at the pace of the last seconds. */
    private Duration expectedWait() {
        long pace = served.count(nanos.getAsLong());
        if (pace == 0) {
            return deadline;
        }
        Duration wait = SlidingWindowCounter.WINDOW.multipliedBy(room.size()).dividedBy(pace);
        return wait.compareTo(LEAST) < 0 ? LEAST : wait.compareTo(deadline) > 0 ? deadline : wait;
    }

    private static Optional<Duration> sooner(Optional<Duration> known, Duration pause) {
        return pause.isZero()
                        || known.filter(other -> other.compareTo(pause) <= 0).isPresent()
                ? known
                : Optional.of(pause);
    }
}
