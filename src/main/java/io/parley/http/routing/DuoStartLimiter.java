package io.parley.http.routing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.parley.contract.Problem;
import io.parley.http.server.ClientAddressResolver;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.Optional;

/** Limits how many two-agent conversations one client address may start per minute. Shared by all HTTP instances of the process. */
public final class DuoStartLimiter implements Shareable {

    private static final int MAX_ADDRESSES = 100_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ClientAddressResolver addresses;
    private final Optional<LoadingCache<String, Bucket>> buckets;

    private DuoStartLimiter(int perMinute, ClientAddressResolver addresses) {
        this.addresses = addresses;
        this.buckets = perMinute == 0
                ? Optional.empty()
                : Optional.of(Caffeine.newBuilder()
                        .maximumSize(MAX_ADDRESSES)
                        .expireAfterAccess(MINUTE.multipliedBy(2))
                        .build(_ -> Bucket.builder()
                                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, MINUTE))
                                .build()));
    }

    /** Returns the limiter of this process; {@code perMinute} of 0 turns it off. */
    public static DuoStartLimiter of(Vertx vertx, int perMinute, ClientAddressResolver addresses) {
        LocalMap<String, DuoStartLimiter> shared = vertx.sharedData().getLocalMap("parley.http.starts");
        return shared.computeIfAbsent("limit", _ -> new DuoStartLimiter(perMinute, addresses));
    }

    /** Counts one start; throws {@link Problem.RateLimited} if the limit is exceeded. */
    public void acquire(HttpServerRequest request) {
        of(request).run();
    }

    /** Returns a counter of starts for the address of {@code request}, usable after the request has ended. */
    public Runnable of(HttpServerRequest request) {
        String address = addresses.of(request);
        return () -> acquire(address);
    }

    private void acquire(String address) {
        buckets.map(cache -> cache.get(address)).ifPresent(bucket -> {
            ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                throw new Problem.RateLimited(Duration.ofNanos(probe.getNanosToWaitForRefill())).toException();
            }
        });
    }
}
