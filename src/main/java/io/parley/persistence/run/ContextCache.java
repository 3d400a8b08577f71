package io.parley.persistence.run;

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
public final class ContextCache {

    private static final int MAX_CONTEXTS = 10_000;

    private final Cache<ContextKey, Context> cache =
            Caffeine.newBuilder().maximumSize(MAX_CONTEXTS).build();
    private final BooleanSupplier usable;
    private long changeCount;

    /** @param usable whether cached contexts may be used: not while the store is failing, nor if other instances write to it */
    public ContextCache(BooleanSupplier usable) {
        this.usable = usable;
    }

    /** Returns the cached context, otherwise loads it from {@code store} and caches it. */
    public Future<Context> load(Load load, Supplier<Future<Context>> store) {
        ContextKey key = new ContextKey(load.owner(), ContextRepository.resolve(load.owner(), load.id()));
        Context context = usable.getAsBoolean() ? cache.getIfPresent(key) : null;
        if (context != null) {
            return Future.succeededFuture(context);
        }
        long countBefore = changeCount;
        return store.get().onSuccess(loaded -> {
            if (countBefore == changeCount) { // otherwise it may have been read before a change
                cache.put(key, loaded);
            }
        });
    }

    /** Applies a change: invalidates the cached context, and prevents loads in progress from being cached. */
    public <T> Future<T> change(String owner, String id, Supplier<Future<T>> change) {
        ContextKey key = new ContextKey(owner, ContextRepository.resolve(owner, id));
        invalidate(key);
        return change.get().onComplete(_ -> invalidate(key));
    }

    private void invalidate(ContextKey key) {
        changeCount++;
        cache.invalidate(key);
    }

    private record ContextKey(String owner, String id) {}
}
