package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.StoreMessage.LeaseRef;
import io.parley.contract.StoreMessage.RenewLeases;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps the leases of runs alive from a thread of its own, so that a blocked event loop does not lose them. Asks for all of them at
 * once, three times in the time that a lease lasts.
 */
final class LeaseRenewer {

    private final Bus bus;
    private final InstantSource clock;
    private final Duration lease;
    private final String owner;
    private final Consumer<List<String>> lost;
    private final Map<String, Integer> held = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("parley-leases").daemon().factory());

    private Optional<ScheduledFuture<?>> renewals = Optional.empty();

    /** @param lost is told, on any thread, which runs somebody else owns */
    LeaseRenewer(Bus bus, InstantSource clock, Duration lease, String owner, Consumer<List<String>> lost) {
        this.bus = bus;
        this.clock = clock;
        this.lease = lease;
        this.owner = owner;
        this.lost = lost;
    }

    void start() {
        long pause = Math.max(1, lease.toMillis() / 3);
        renewals = Optional.of(thread.scheduleWithFixedDelay(this::renew, pause, pause, TimeUnit.MILLISECONDS));
    }

    void stop() {
        renewals.ifPresent(each -> each.cancel(false));
        thread.shutdownNow();
    }

    void hold(String run, int epoch) {
        held.put(run, epoch);
    }

    void release(String run) {
        held.remove(run);
    }

    private void renew() {
        List<LeaseRef> leases = held.entrySet().stream()
                .map(entry -> new LeaseRef(entry.getKey(), entry.getValue()))
                .toList();
        if (leases.isEmpty()) {
            return;
        }
        bus.ask(
                        Addresses.STORE_RENEW_LEASES,
                        new RenewLeases(owner, clock.instant().plus(lease), leases),
                        lease)
                .onSuccess(renewed -> {
                    if (!renewed.lost().isEmpty()) {
                        lost.accept(renewed.lost());
                    }
                });
    }
}
