package io.parley.http.auth.apikey;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ApiKeyMessage.ApiKeyRecord;
import io.parley.contract.ApiKeyMessage.Find;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Caches API keys by their digests. A revoked key stays valid for at most 30 s if the revocation event is lost. Lives on one event
 * loop.
 */
public final class ApiKeyCache {

    private static final int MAX_KEYS = 10_000;
    private static final int MAX_UNKNOWN = 1_000;
    private static final Duration TTL = Duration.ofSeconds(30);

    private final Bus bus;
    private final Cache<String, ApiKeyRecord> validKeys;
    private final Cache<String, Boolean> unknownDigests;
    /** Recently revoked keys; a lookup that began before the revocation must not cache them again. */
    private final Cache<String, Boolean> revokedIds;

    private final Map<String, Future<Optional<ApiKeyRecord>>> pendingLookups = new HashMap<>();

    private final UnknownKeyThrottle unknownKeyThrottle;
    /** Recently valid keys; not subject to the per-address limit for unknown keys. */
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
     * The key with this digest; empty if it is unknown or revoked. Fails if the store fails, or without a lookup after too many
     * unknown keys from {@code address}.
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

    /** Rejects the key {@code id} from now on. */
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
