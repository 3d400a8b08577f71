package io.parley.http.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.KeyMessage.Find;
import io.parley.contract.KeyMessage.ApiKeyRecord;
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
final class ApiKeyCache {

    private static final int MOST = 10_000;
    private static final int MOST_UNKNOWN = 1_000;
    private static final Duration HOLDS = Duration.ofSeconds(30);

    private final Bus bus;
    private final Cache<String, ApiKeyRecord> known;
    private final Cache<String, Boolean> unknown;
    /** Those that were taken back while somebody may still be asking the store. */
    private final Cache<String, Boolean> revoked;

    private final Map<String, Future<Optional<ApiKeyRecord>>> underWay = new HashMap<>();

    private final UnknownKeyThrottle strangers;
    /** Those that were good lately: they need not wait for what strangers do at the same address. */
    private final Cache<String, Boolean> familiar;

    ApiKeyCache(Bus bus, LongSupplier nanos) {
        this.bus = bus;
        this.strangers = new UnknownKeyThrottle(nanos);
        this.known = cache(MOST, HOLDS, nanos);
        this.familiar = cache(MOST, HOLDS.multipliedBy(120), nanos);
        this.unknown = cache(MOST_UNKNOWN, HOLDS, nanos);
        this.revoked = cache(MOST, HOLDS.multipliedBy(4), nanos);
    }

    /**
     * The key of this digest, if there is one that was not taken back; fails when the store cannot say, or is not asked because too
     * many unknown ones came from {@code address}.
     */
    Future<Optional<ApiKeyRecord>> find(String digest, String address) {
        Optional<ApiKeyRecord> found = Optional.ofNullable(known.getIfPresent(digest));
        if (found.isPresent() || unknown.getIfPresent(digest) != null) {
            return Future.succeededFuture(found);
        }
        if (familiar.getIfPresent(digest) == null) {
            strangers.check(address);
        }
        Future<Optional<ApiKeyRecord>> asked = underWay.get(digest);
        return asked == null ? ask(digest).onSuccess(answer -> note(answer, address)) : asked;
    }

    private void note(Optional<ApiKeyRecord> found, String address) {
        if (found.isEmpty()) {
            strangers.met(address);
        }
    }

    /** This key is worth nothing any more. */
    void forget(String id) {
        revoked.put(id, true);
        known.asMap().values().removeIf(key -> key.id().equals(id));
    }

    private Future<Optional<ApiKeyRecord>> ask(String digest) {
        Future<Optional<ApiKeyRecord>> answer = bus.ask(Addresses.STORE_FIND_KEY, new Find(digest))
                .map(Optional::of)
                .recover(cause -> Problem.of(cause) instanceof Problem.NotFound
                        ? Future.succeededFuture(Optional.<ApiKeyRecord>empty())
                        : Future.failedFuture(cause))
                .map(found -> found.filter(key -> revoked.getIfPresent(key.id()) == null))
                .onSuccess(found -> found.ifPresentOrElse(
                        key -> {
                            known.put(digest, key);
                            familiar.put(digest, true);
                        },
                        () -> unknown.put(digest, true)));
        underWay.put(digest, answer);
        return answer.onComplete(_ -> underWay.remove(digest));
    }

    private static <V> Cache<String, V> cache(int most, Duration holds, LongSupplier nanos) {
        return Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterWrite(holds)
                .executor(Runnable::run)
                .ticker(nanos::getAsLong)
                .build();
    }
}
