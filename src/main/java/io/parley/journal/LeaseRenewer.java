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
 * Renews the leases of runs from its own thread, so that a blocked event loop does not lose them. Renews all of them in one request, three
 * times per lease duration.
 */
final class LeaseRenewer {

    private final Bus bus;
    private final InstantSource clock;
    private final Duration leaseDuration;
    private final String owner;
    private final Consumer<List<String>> onLeasesLost;
    private final Map<String, Integer> epochByRun = new ConcurrentHashMap<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("parley-leases").daemon().factory());

    private Optional<ScheduledFuture<?>> renewals = Optional.empty();

    /** @param onLeasesLost receives, on any thread, the runs that another instance owns */
    LeaseRenewer(
            Bus bus, InstantSource clock, Duration leaseDuration, String owner, Consumer<List<String>> onLeasesLost) {
        this.bus = bus;
        this.clock = clock;
        this.leaseDuration = leaseDuration;
        this.owner = owner;
        this.onLeasesLost = onLeasesLost;
    }

    void start() {
        long intervalMillis = Math.max(1, leaseDuration.toMillis() / 3);
        renewals = Optional.of(
                executor.scheduleWithFixedDelay(this::renew, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS));
    }

    void stop() {
        renewals.ifPresent(future -> future.cancel(false));
        executor.shutdownNow();
    }

    void add(String run, int epoch) {
        epochByRun.put(run, epoch);
    }

    void remove(String run) {
        epochByRun.remove(run);
    }

    private void renew() {
        List<LeaseRef> leases = epochByRun.entrySet().stream()
                .map(entry -> new LeaseRef(entry.getKey(), entry.getValue()))
                .toList();
        if (leases.isEmpty()) {
            return;
        }
        bus.request(
                        Addresses.STORE_RENEW_LEASES,
                        new RenewLeases(owner, clock.instant().plus(leaseDuration), leases),
                        leaseDuration)
                .onSuccess(renewed -> {
                    if (!renewed.lostRuns().isEmpty()) {
                        onLeasesLost.accept(renewed.lostRuns());
                    }
                });
    }
}
