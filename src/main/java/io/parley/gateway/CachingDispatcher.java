package io.parley.gateway;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.bus.StreamRegistry;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Stats;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.StreamRef;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Gives whoever asks the same the same answer: one that is kept, one that is under way, or a new one. */
final class CachingDispatcher {

    private final Bus bus;
    private final StreamRegistry streams;
    private final AnswerCache cache;
    private final Dispatcher dispatch;
    private final Map<String, SharedAnswer> flights = new HashMap<>();
    private final Map<String, SharedAnswer> readers = new HashMap<>();
    private long kept;
    private long joined;
    private long missed;
    private long restarted;

    CachingDispatcher(Bus bus, StreamRegistry streams, AnswerCache cache, Dispatcher dispatch) {
        this.bus = bus;
        this.streams = streams;
        this.cache = cache;
        this.dispatch = dispatch;
    }

    Future<AnswerHandle> open(Open open) {
        restarted += open.terms().broken().isEmpty() ? 0 : 1;
        if (!cache.allows(open)) {
            return dispatch.open(open);
        }
        if (readers.containsKey(open.callId())) {
            return Future.failedFuture(new Problem.Conflict("a call of this id is running").toException());
        }
        String key = CacheKey.of(open);
        return cache.answer(key)
                .map(kept -> Future.succeededFuture(again(open.callId(), kept)))
                .orElseGet(() -> join(key, open));
    }

    /** Let go of the call for this one reader, in whatever stage it is; the vendor is let go when nobody is left. */
    void cancel(String callId, String cause) {
        Optional<SharedAnswer> flight = Optional.ofNullable(readers.remove(callId));
        flight.ifPresentOrElse(
                joined -> {
                    joined.leave(callId, new Problem.Cancelled(cause));
                    if (joined.isEmpty()) {
                        flights.values().remove(joined);
                        dispatch.cancel(joined.leader());
                    }
                },
                () -> dispatch.cancel(callId));
    }

    /** What has been asked for since the beginning; the rest is told by {@code admission} and {@code targets}. */
    Stats counts(AdmissionQueue admission, ProviderRegistry targets) {
        return new Stats(
                admission.waiting(),
                admission.admitted(),
                admission.waited().toMillis(),
                admission.refused(),
                kept,
                joined,
                missed,
                restarted,
                targets.detours());
    }

    private AnswerHandle again(String callId, CachedAnswer kept) {
        this.kept++;
        streams.show(callId, kept.log());
        return new AnswerHandle(new StreamRef(callId, streams.source()), kept.provider(), kept.model(), 0, true);
    }

    private Future<AnswerHandle> join(String key, Open open) {
        SharedAnswer known = flights.get(key);
        joined += known == null ? 0 : 1;
        missed += known == null ? 1 : 0;
        SharedAnswer flight = known == null ? new SharedAnswer(streams, open.callId()) : known;
        readers.put(open.callId(), flight);
        Future<AnswerHandle> begun = flight.join(open.callId());
        if (known == null) {
            flights.put(key, flight);
            Future.<AnswerHandle>future(done -> dispatch.open(open).onComplete(done)) // a problem may be thrown
                    .onSuccess(answering -> begun(key, flight, answering))
                    .onFailure(cause -> failed(key, flight, cause));
        }
        return begun;
    }

    private void begun(String key, SharedAnswer flight, AnswerHandle answering) {
        flight.begin(answering);
        new LogCopier(bus, answering.stream(), flight.log()).copy().onComplete(_ -> {
            flights.remove(key, flight);
            readers.values().removeIf(flight::equals);
            keep(key, flight.log(), answering);
        });
    }

    private void failed(String key, SharedAnswer flight, Throwable cause) {
        flights.remove(key, flight);
        readers.values().removeIf(flight::equals);
        flight.failed(cause);
    }

    private void keep(String key, StreamLog log, AnswerHandle answering) {
        CachedAnswer.of(log.slice(log.start(), log.tail()), answering, streams.loose())
                .ifPresent(kept -> cache.keep(key, kept));
    }
}
