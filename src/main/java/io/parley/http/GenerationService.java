package io.parley.http;

import io.parley.bus.AnswerSession;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.http.CollectedAnswer.Result;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * Has questions answered of which nothing is kept, streamed or in one piece. Whoever leaves before the end is let go of at once,
 * whether the question waits, a vendor thinks or an answer is being given. Knows no wire format.
 */
final class GenerationService {

    private final ServerContext server;
    private final StreamTimeouts pace;
    private final StreamContext streams;

    /** @param streams where the open ones are listed, so that none is cut without a word when the port is closed */
    GenerationService(ServerContext server, StreamTimeouts pace, StreamContext streams) {
        this.server = server;
        this.pace = pace;
        this.streams = streams;
    }

    /** Answer with a stream of events, written by {@code text}; fails {@code ctx} if there is a problem before the first of them. */
    void stream(RoutingContext ctx, GenerationRequest question, AnswerEventWriter text) {
        if (streams.draining().begun()) {
            ctx.fail(DrainState.problem().toException());
            return;
        }
        Promise<Void> left = Promise.promise();
        SseResponse channel = new SseResponse(ctx.request(), streams.slowClients(), left::tryComplete);
        begin(ctx, question, new SseAnswerStream(ctx, channel, text), left.future());
    }

    /** Completes with the whole answer; never, if the client leaves before that. */
    Future<Result> whole(RoutingContext ctx, GenerationRequest question) {
        if (streams.draining().begun()) {
            return Future.failedFuture(DrainState.problem().toException());
        }
        Promise<Void> left = Promise.promise();
        HttpServerResponse response = ctx.response();
        response.exceptionHandler(_ -> {});
        response.closeHandler(_ -> left.tryComplete());
        CollectedAnswer answer = new CollectedAnswer();
        begin(ctx, question, answer, left.future());
        return answer.whole().onSuccess(whole -> GenerationHeaders.put(response, whole.by()));
    }

    private void begin(RoutingContext ctx, GenerationRequest question, AnswerSession.Listener listener, Future<Void> left) {
        if (ctx.response().closed()) {
            return;
        }
        CallOptions terms = question.terms().by(RequestCaller.caller(ctx).apiKey());
        GenerationRequest asked = new GenerationRequest(question.choice(), question.prompt(), terms);
        Generation generation = new Generation(
                server.vertx(),
                server.bus(),
                pace,
                RequestCaller.origin(ctx),
                server.ids().next("call_"),
                asked,
                listener);
        streams.openStreams().add(generation, RequestCaller.caller(ctx));
        generation.start();
        left.onComplete(_ -> generation.leave());
    }
}
