package io.parley.persistence.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.ContextMessage.Load;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A cached context")
class ContextCacheTest {

    private static final Load DEFAULT = new Load("ann", ContextMessage.DEFAULT);
    private static final String ID = ContextRepository.resolve("ann", ContextMessage.DEFAULT);

    private final AtomicBoolean usable = new AtomicBoolean(true);
    private final AtomicInteger storeReads = new AtomicInteger();
    private final ContextCache cache = new ContextCache(usable::get);

    @Test
    @DisplayName("is returned without another read of the store, both as default and by its id")
    void hit() {
        assertThat(cache.load(DEFAULT, store("old")).result().name()).isEqualTo("old");
        assertThat(cache.load(new Load("ann", ID), store("new")).result().name())
                .isEqualTo("old");
        assertThat(storeReads).hasValue(1);
    }

    @Test
    @DisplayName("is returned to its owner only")
    void owner() {
        cache.load(DEFAULT, store("hers"));
        assertThat(cache.load(new Load("bob", ID), store("asked")).result().name())
                .isEqualTo("asked");
    }

    @Test
    @DisplayName("is invalidated when the context changes")
    void changes() {
        cache.load(DEFAULT, store("old"));
        cache.change("ann", ID, Future::succeededFuture);
        assertThat(cache.load(DEFAULT, store("new")).result().name()).isEqualTo("new");
    }

    @Test
    @DisplayName("is never one that was read before a change and arrived after it")
    void readBeforeChange() {
        Promise<Context> slow = Promise.promise();
        Future<Context> reading = cache.load(DEFAULT, slow::future);
        cache.change("ann", ID, Future::succeededFuture);
        slow.complete(context("old"));

        assertThat(reading.result().name()).isEqualTo("old");
        assertThat(cache.load(DEFAULT, store("new")).result().name()).isEqualTo("new");
    }

    @Test
    @DisplayName("is never one that was read during a change")
    void readDuringChange() {
        Promise<Void> change = Promise.promise();
        Future<Void> changing = cache.change("ann", ID, change::future);
        cache.load(DEFAULT, store("old"));
        change.complete();

        assertThat(changing.succeeded()).isTrue();
        assertThat(cache.load(DEFAULT, store("new")).result().name()).isEqualTo("new");
    }

    @Test
    @DisplayName("is not used while the store is failing or other instances write to it")
    void bypassed() {
        cache.load(DEFAULT, store("old"));
        usable.set(false);
        assertThat(cache.load(DEFAULT, store("asked")).result().name()).isEqualTo("asked");
    }

    private Supplier<Future<Context>> store(String name) {
        return () -> {
            storeReads.incrementAndGet();
            return Future.succeededFuture(context(name));
        };
    }

    private static Context context(String name) {
        return new Context(ID, "ann", name, Optional.empty(), Instant.EPOCH, Instant.EPOCH);
    }
}
