package io.parley.flow;

import io.parley.bus.LogReader;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Collects the text of one answer until its end. */
final class AnswerCollector implements LogReader.Listener {

    /** A complete answer. */
    record Answer(String text, FinishReason reason, Usage usage) {}

    private final StringBuilder text = new StringBuilder();
    private final Promise<Answer> answer = Promise.promise();

    /** Completes with the whole answer; fails with the problem that it ended with. */
    Future<Answer> answer() {
        return answer.future();
    }

    @Override
    public Future<Void> onBatch(Batch batch) {
        for (Event event : batch.events()) {
            switch ((AnswerEvent) event) {
                case Delta delta -> text.append(delta.text());
                case AnswerEvent.Refusal refusal -> text.append(refusal.text()); // is no list of flows
                case ToolDelta _, AnswerEvent.Started _, AnswerEvent.Thinking _, AnswerEvent.NativeData _ -> {}
                case Completed end -> answer.tryComplete(new Answer(text.toString(), end.reason(), end.usage()));
                case Failed failed -> answer.tryFail(failed.problem().toException());
            }
        }
        if (batch.end()) {
            answer.tryFail(new IllegalStateException("the log ended without a terminal event"));
        }
        return Future.succeededFuture();
    }

    @Override
    public void onLost(Problem problem) {
        answer.tryFail(problem.toException());
    }
}
