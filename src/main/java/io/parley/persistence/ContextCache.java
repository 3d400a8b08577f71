package io.parley.persistence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.ContextMessage.Load;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Caches contexts while this instance is the only one that can change them, because every generation needs one. Must be used on one
 * event loop.
 */
final class ContextCache {

    private static final int MOST = 10_000;

    private final Cache<ContextKey, Context> known =
            Caffeine.newBuilder().maximumSize(MOST).build();
    private final BooleanSupplier trusted;
    private long changes;

    /** @param trusted whether cached contexts may be used: not while the store is failing, nor if other instances write to it */
    ContextCache(BooleanSupplier trusted) {
        this.trusted = trusted;
    }

    /** Returns the cached context, otherwise loads it from {@code store} and caches it. */
    Future<Context> load(Load load, Supplier<Future<Context>> store) {
        ContextKey key = new ContextKey(load.owner(), ContextRepository.resolve(load.owner(), load.id()));
        Context context = trusted.getAsBoolean() ? known.getIfPresent(key) : null;
        if (context != null) {
            return Future.succeededFuture(context);
        }
        long before = changes;
        return store.get().onSuccess(loaded -> {
            if (before == changes) { // otherwise it may have been read before a change
                known.put(key, loaded);
            }
        });
    }

    /** Applies a change: invalidates the cached context, and keeps all loads in progress from being cached. */
    <T> Future<T> change(String owner, String id, Supplier<Future<T>> change) {
        ContextKey key = new ContextKey(owner, ContextRepository.resolve(owner, id));
        forget(key);
        return change.get().onComplete(_ -> forget(key));
    }

    private void forget(ContextKey key) {
        changes++;
        known.invalidate(key);
    }

    private record ContextKey(String owner, String id) {}
}
