package io.parley.gateway;

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

/** One answer that is under way for everybody who asks the same: each joins and leaves alone, all read the same log. */
final class SharedAnswer {

    private final StreamRegistry streams;
    private final String leader;
    private final StreamLog log;
    private final Map<String, Promise<AnswerHandle>> readers = new LinkedHashMap<>();
    private Optional<AnswerHandle> answer = Optional.empty();

    /** @param leader the id of the call that the answer is asked for under */
    SharedAnswer(StreamRegistry streams, String leader) {
        this.streams = streams;
        this.leader = leader;
        this.log = streams.loose();
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

    /** Completes when the answer has begun. */
    Future<AnswerHandle> join(String reader) {
        Promise<AnswerHandle> begun = Promise.promise();
        readers.put(reader, begun);
        answer.ifPresent(answering -> begun.complete(seat(reader, answering)));
        return begun.future();
    }

    /** The vendor has begun to answer. */
    void begin(AnswerHandle answering) {
        answer = Optional.of(answering);
        Map.copyOf(readers).forEach((reader, begun) -> begun.complete(seat(reader, answering)));
    }

    /** There will be no answer. */
    void failed(Throwable cause) {
        List.copyOf(readers.values()).forEach(begun -> begun.tryFail(cause));
        readers.clear();
    }

    /** One reader wants no more: its log ends here, while the others' goes on. */
    void leave(String reader, Problem why) {
        Promise<AnswerHandle> begun = readers.remove(reader);
        if (begun == null) {
            return;
        }
        if (!begun.tryFail(why.toException()) && !log.ended()) {
            StreamLog own = streams.loose();
            own.publish(log.slice(log.start(), log.visible()));
            own.publish(List.of(new Failed(why, Usage.NONE)));
            streams.show(reader, own);
            log.wake(); // whoever waits at the shared log asks again, and finds its own
        }
    }

    private AnswerHandle seat(String reader, AnswerHandle answering) {
        boolean led = reader.equals(leader);
        streams.show(reader, log);
        return new AnswerHandle(
                new StreamRef(reader, streams.source()),
                answering.provider(),
                answering.model(),
                led ? answering.calls() : 0,
                !led);
    }
}
