package io.parley.http;

import io.parley.contract.AnswerEvent;
import io.parley.contract.GatewayMessage.Answering;
import io.parley.contract.Problem;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * One client's way through one streamed answer. Nothing is promised before the first word, or a long silence: an answer that fails
 * until then is an ordinary problem. What is heard together is written together.
 */
final class StreamedAnswer implements Generation.Listener {

    private final RoutingContext ctx;
    private final SseChannel channel;
    private final AnswerText text;
    private Buffer held = Buffer.buffer();
    private boolean open;

    StreamedAnswer(RoutingContext ctx, SseChannel channel, AnswerText text) {
        this.ctx = ctx;
        this.channel = channel;
        this.text = text;
    }

    @Override
    public void answering(Answering by, int attempt) {
        if (!open) {
            AnswerHeaders.put(ctx.response(), by);
        }
        if (attempt == 1) {
            text.begin(held, by);
        } else {
            text.again(held, by, attempt);
        }
    }

    @Override
    public Future<Void> take(List<AnswerEvent> events) {
        boolean end = events.getLast().terminal();
        Buffer out = head();
        out.appendBuffer(held);
        held = Buffer.buffer();
        events.forEach(event -> text.event(out, event));
        if (end) {
            return channel.end(out);
        }
        return out.length() == 0 ? Future.succeededFuture() : channel.write(out);
    }

    @Override
    public void silence() {
        channel.write(head().appendString(SseText.KEEPALIVE));
    }

    @Override
    public void failed(Problem problem, Usage usage) {
        if (open) {
            Buffer out = Buffer.buffer();
            text.failed(out, problem, usage);
            channel.end(out);
        } else {
            ctx.fail(problem.toException());
        }
    }

    @Override
    public boolean forgets() {
        return text.forgets();
    }

    /** Something to write into; with the head of the answer before it, the first time. */
    private Buffer head() {
        Buffer out = Buffer.buffer();
        if (!open) {
            open = true;
            channel.open();
            text.open(out);
        }
        return out;
    }
}
