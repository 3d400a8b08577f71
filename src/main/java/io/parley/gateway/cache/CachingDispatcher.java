package io.parley.gateway.cache;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.bus.StreamRegistry;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Stats;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.gateway.call.Dispatcher;
import io.parley.gateway.health.ProviderRegistry;
import io.parley.gateway.limit.AdmissionQueue;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Answers equal requests with one answer: from the cache, by joining a call in progress, or by a new call. */
public final class CachingDispatcher {

    private final Bus bus;
    private final StreamRegistry streams;
    private final AnswerCache cache;
    private final Dispatcher dispatcher;
    private final Map<String, SharedAnswer> sharedAnswers = new HashMap<>();
    private final Map<String, SharedAnswer> readers = new HashMap<>();
    private long cacheHits;
    private long cacheJoins;
    private long cacheMisses;
    private long restarts;

    public CachingDispatcher(Bus bus, StreamRegistry streams, AnswerCache cache, Dispatcher dispatcher) {
        this.bus = bus;
        this.streams = streams;
        this.cache = cache;
        this.dispatcher = dispatcher;
    }

    public Future<AnswerHandle> open(Open open) {
        restarts += open.options().excludedProviders().isEmpty() ? 0 : 1;
        if (!cache.allows(open)) {
            return dispatcher.open(open);
        }
        if (readers.containsKey(open.callId())) {
            return Future.failedFuture(new Problem.Conflict("a call with this id is already running").toException());
        }
        String key = CacheKey.of(open);
        return cache.get(key)
                .map(cached -> Future.succeededFuture(replay(open.callId(), cached)))
                .orElseGet(() -> join(key, open));
    }

    /** Cancels the call for one reader, at any stage. The provider call is aborted when no reader is left. */
    public void cancel(String callId, String reason) {
        Optional<SharedAnswer> found = Optional.ofNullable(readers.remove(callId));
        found.ifPresentOrElse(
                sharedAnswer -> {
                    sharedAnswer.leave(callId, new Problem.Cancelled(reason));
                    if (sharedAnswer.isEmpty()) {
                        sharedAnswers.values().remove(sharedAnswer);
                        dispatcher.cancel(sharedAnswer.leader());
                    }
                },
                () -> dispatcher.cancel(callId));
    }

    /** The counters since the start, including those of {@code admission} and {@code providers}. */
    public Stats counts(AdmissionQueue admission, ProviderRegistry providers) {
        return new Stats(
                admission.queued(),
                admission.admitted(),
                admission.totalWait().toMillis(),
                admission.rejected(),
                cacheHits,
                cacheJoins,
                cacheMisses,
                restarts,
                providers.retryStats());
    }

    private AnswerHandle replay(String callId, CachedAnswer cached) {
        this.cacheHits++;
        streams.register(callId, cached.log());
        AnswerHandle original = cached.handle();
        return new AnswerHandle(new StreamRef(callId, streams.source()), original.provider(), original.model(), 0, true)
                .with(original.inputTokens(), original.nativeFormat())
                .withDroppedHints(original.droppedHints());
    }

    private Future<AnswerHandle> join(String key, Open open) {
        SharedAnswer existing = sharedAnswers.get(key);
        cacheJoins += existing == null ? 0 : 1;
        cacheMisses += existing == null ? 1 : 0;
        SharedAnswer sharedAnswer = existing == null ? new SharedAnswer(streams, open.callId()) : existing;
        readers.put(open.callId(), sharedAnswer);
        Future<AnswerHandle> future = sharedAnswer.join(open.callId());
        if (existing == null) {
            sharedAnswers.put(key, sharedAnswer);
            // open may throw a problem, which future() turns into a failure
            Future.<AnswerHandle>future(promise -> dispatcher.open(open).onComplete(promise))
                    .onSuccess(handle -> onStarted(key, sharedAnswer, handle))
                    .onFailure(cause -> onFailed(key, sharedAnswer, cause));
        }
        return future;
    }

    private void onStarted(String key, SharedAnswer sharedAnswer, AnswerHandle handle) {
        sharedAnswer.start(handle);
        new LogCopier(bus, handle.stream(), sharedAnswer.log()).copy().onComplete(_ -> {
            sharedAnswers.remove(key, sharedAnswer);
            readers.values().removeIf(sharedAnswer::equals);
            store(key, sharedAnswer.log(), handle);
        });
    }

    private void onFailed(String key, SharedAnswer sharedAnswer, Throwable cause) {
        sharedAnswers.remove(key, sharedAnswer);
        readers.values().removeIf(sharedAnswer::equals);
        sharedAnswer.fail(cause);
    }

    private void store(String key, StreamLog log, AnswerHandle handle) {
        CachedAnswer.of(log.slice(log.start(), log.tail()), handle, streams.unregistered())
                .ifPresent(cached -> cache.put(key, cached));
    }
}
