package io.parley.http;

import io.parley.bus.AnswerSession;
import io.parley.contract.GatewayMessage.Terms;
import io.parley.http.WholeAnswer.Whole;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * Has questions answered of which nothing is kept, streamed or in one piece. Whoever leaves before the end is let go of at once,
 * whether the question waits, a vendor thinks or an answer is being given. Knows no wire format.
 */
final class Generations {

    private final ServerContext server;
    private final Pace pace;
    private final StreamContext streams;

    /** @param streams where the open ones are listed, so that none is cut without a word when the port is closed */
    Generations(ServerContext server, Pace pace, StreamContext streams) {
        this.server = server;
        this.pace = pace;
        this.streams = streams;
    }

    /** Answer with a stream of events, written by {@code text}; fails {@code ctx} if there is a problem before the first of them. */
    void stream(RoutingContext ctx, Question question, AnswerText text) {
        if (streams.draining().begun()) {
            ctx.fail(Draining.problem().toException());
            return;
        }
        Promise<Void> left = Promise.promise();
        SseChannel channel = new SseChannel(ctx.request(), streams.slowClients(), left::tryComplete);
        begin(ctx, question, new StreamedAnswer(ctx, channel, text), left.future());
    }

    /** Completes with the whole answer; never, if the client leaves before that. */
    Future<Whole> whole(RoutingContext ctx, Question question) {
        if (streams.draining().begun()) {
            return Future.failedFuture(Draining.problem().toException());
        }
        Promise<Void> left = Promise.promise();
        HttpServerResponse response = ctx.response();
        response.exceptionHandler(_ -> {});
        response.closeHandler(_ -> left.tryComplete());
        WholeAnswer answer = new WholeAnswer();
        begin(ctx, question, answer, left.future());
        return answer.whole().onSuccess(whole -> AnswerHeaders.put(response, whole.by()));
    }

    private void begin(RoutingContext ctx, Question question, AnswerSession.Listener listener, Future<Void> left) {
        if (ctx.response().closed()) {
            return;
        }
        Terms terms = question.terms().by(Call.caller(ctx).apiKey());
        Question asked = new Question(question.choice(), question.prompt(), terms);
        Generation generation = new Generation(
                server.vertx(),
                server.bus(),
                pace,
                Call.origin(ctx),
                server.ids().next("call_"),
                asked,
                listener);
        streams.openStreams().add(generation, Call.caller(ctx));
        generation.start();
        left.onComplete(_ -> generation.leave());
    }
}
