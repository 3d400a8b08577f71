package io.parley.http.auth.apikey;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.KeyMessage.ApiKeyRecord;
import io.parley.contract.KeyMessage.Find;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Finds keys by their digests, mostly without asking the store. What was taken back elsewhere is found for half a minute at most,
 * should the word of it be lost. Lives on one event loop.
 */
public final class ApiKeyCache {

    private static final int MAX_KEYS = 10_000;
    private static final int MAX_UNKNOWN = 1_000;
    private static final Duration TTL = Duration.ofSeconds(30);

    private final Bus bus;
    private final Cache<String, ApiKeyRecord> validKeys;
    private final Cache<String, Boolean> unknownDigests;
    /** Those that were taken back while somebody may still be asking the store. */
    private final Cache<String, Boolean> revokedIds;

    private final Map<String, Future<Optional<ApiKeyRecord>>> pendingLookups = new HashMap<>();

    private final UnknownKeyThrottle unknownKeyThrottle;
    /** Those that were good lately: they need not wait for what strangers do at the same address. */
    private final Cache<String, Boolean> recentlyValid;

    public ApiKeyCache(Bus bus, LongSupplier nanos) {
        this.bus = bus;
        this.unknownKeyThrottle = new UnknownKeyThrottle(nanos);
        this.validKeys = cache(MAX_KEYS, TTL, nanos);
        this.recentlyValid = cache(MAX_KEYS, TTL.multipliedBy(120), nanos);
        this.unknownDigests = cache(MAX_UNKNOWN, TTL, nanos);
        this.revokedIds = cache(MAX_KEYS, TTL.multipliedBy(4), nanos);
    }

    /**
     * The key of this digest, if there is one that was not taken back; fails when the store cannot say, or is not asked because too
     * many unknown ones came from {@code address}.
     */
    public Future<Optional<ApiKeyRecord>> find(String digest, String address) {
        Optional<ApiKeyRecord> found = Optional.ofNullable(validKeys.getIfPresent(digest));
        if (found.isPresent() || unknownDigests.getIfPresent(digest) != null) {
            return Future.succeededFuture(found);
        }
        if (recentlyValid.getIfPresent(digest) == null) {
            unknownKeyThrottle.check(address);
        }
        Future<Optional<ApiKeyRecord>> pending = pendingLookups.get(digest);
        return pending == null ? lookUp(digest).onSuccess(result -> onLookedUp(result, address)) : pending;
    }

    private void onLookedUp(Optional<ApiKeyRecord> found, String address) {
        if (found.isEmpty()) {
            unknownKeyThrottle.recordUnknownKey(address);
        }
    }

    /** This key is worth nothing any more. */
    public void markRevoked(String id) {
        revokedIds.put(id, true);
        validKeys.asMap().values().removeIf(key -> key.id().equals(id));
    }

    private Future<Optional<ApiKeyRecord>> lookUp(String digest) {
        Future<Optional<ApiKeyRecord>> result = bus.request(Addresses.STORE_FIND_KEY, new Find(digest))
                .map(Optional::of)
                .recover(cause -> Problem.of(cause) instanceof Problem.NotFound
                        ? Future.succeededFuture(Optional.<ApiKeyRecord>empty())
                        : Future.failedFuture(cause))
                .map(found -> found.filter(key -> revokedIds.getIfPresent(key.id()) == null))
                .onSuccess(found -> found.ifPresentOrElse(
                        key -> {
                            validKeys.put(digest, key);
                            recentlyValid.put(digest, true);
                        },
                        () -> unknownDigests.put(digest, true)));
        pendingLookups.put(digest, result);
        return result.onComplete(_ -> pendingLookups.remove(digest));
    }

    private static <V> Cache<String, V> cache(int maxSize, Duration ttl, LongSupplier nanos) {
        return Caffeine.newBuilder()
                .maximumSize(maxSize)
                .expireAfterWrite(ttl)
                .executor(Runnable::run)
                .ticker(nanos::getAsLong)
                .build();
    }
}
