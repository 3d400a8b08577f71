package io.parley.gateway.cache;

import io.parley.bus.StreamLog;
import io.parley.bus.StreamRegistry;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shares one answer in progress among the readers of equal requests. Each joins and leaves independently; all read the same log. */
final class SharedAnswer {

    private final StreamRegistry streams;
    private final String leader;
    private final StreamLog log;
    private final Map<String, Promise<AnswerHandle>> readers = new LinkedHashMap<>();
    private Optional<AnswerHandle> answer = Optional.empty();

    /** @param leader the call id of the first request, under which the provider is called */
    SharedAnswer(StreamRegistry streams, String leader) {
        this.streams = streams;
        this.leader = leader;
        this.log = streams.unregistered();
    }

    String leader() {
        return leader;
    }

    StreamLog log() {
        return log;
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /** Completes when the answer starts. */
    Future<AnswerHandle> join(String reader) {
        Promise<AnswerHandle> promise = Promise.promise();
        readers.put(reader, promise);
        answer.ifPresent(handle -> promise.complete(attach(reader, handle)));
        return promise.future();
    }

    /** Completes all waiting readers with the answer that has started. */
    void start(AnswerHandle handle) {
        answer = Optional.of(handle);
        Map.copyOf(readers).forEach((reader, promise) -> promise.complete(attach(reader, handle)));
    }

    /** Fails all waiting readers. */
    void fail(Throwable cause) {
        List.copyOf(readers.values()).forEach(promise -> promise.tryFail(cause));
        readers.clear();
    }

    /** Removes one reader: its own copy of the log ends with {@code problem}, the shared log continues. */
    void leave(String reader, Problem problem) {
        Promise<AnswerHandle> promise = readers.remove(reader);
        if (promise == null) {
            return;
        }
        if (!promise.tryFail(problem.toException()) && !log.ended()) {
            StreamLog ownLog = streams.unregistered();
            ownLog.publish(log.slice(log.start(), log.highWatermark()));
            ownLog.publish(List.of(new Failed(problem, Usage.NONE)));
            streams.register(reader, ownLog);
            log.wake(); // a pending read of the shared log returns, and the next one finds the copy
        }
    }

    private AnswerHandle attach(String reader, AnswerHandle handle) {
        boolean isLeader = reader.equals(leader);
        streams.register(reader, log);
        return new AnswerHandle(
                        new StreamRef(reader, streams.source()),
                        handle.provider(),
                        handle.model(),
                        isLeader ? handle.attemptsUsed() : 0,
                        !isLeader)
                .with(handle.inputTokens(), handle.nativeFormat())
                .withDroppedHints(handle.droppedHints());
    }
}
