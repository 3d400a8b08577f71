package io.parley.persistence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.ContextMessage.Load;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Remembers contexts where nobody else can change them, because every answer begins with one. Its futures complete on one event loop.
 */
final class KnownContexts {

    private static final int MOST = 10_000;

    private final Cache<Key, Context> known =
            Caffeine.newBuilder().maximumSize(MOST).build();
    private final BooleanSupplier trusted;
    private long changes;

    /** @param trusted whether what is remembered may be told: not while the store does not answer, nor when others write it */
    KnownContexts(BooleanSupplier trusted) {
        this.trusted = trusted;
    }

    /** What is remembered, or else what {@code store} says. */
    Future<Context> load(Load load, Supplier<Future<Context>> store) {
        Key key = new Key(load.owner(), Contexts.resolve(load.owner(), load.id()));
        Context context = trusted.getAsBoolean() ? known.getIfPresent(key) : null;
        if (context != null) {
            return Future.succeededFuture(context);
        }
        long before = changes;
        return store.get().onSuccess(loaded -> {
            if (before == changes) { // otherwise it may be older than a change
                known.put(key, loaded);
            }
        });
    }

    /** A change of any context: it makes what is remembered of this one, and what is being loaded of any, worth nothing. */
    <T> Future<T> change(String owner, String id, Supplier<Future<T>> change) {
        Key key = new Key(owner, Contexts.resolve(owner, id));
        forget(key);
        return change.get().onComplete(_ -> forget(key));
    }

    private void forget(Key key) {
        changes++;
        known.invalidate(key);
    }

    private record Key(String owner, String id) {}
}
