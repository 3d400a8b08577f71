package io.parley.http.generation;

import io.parley.bus.AnswerSession;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.http.generation.CollectedAnswer.Result;
import io.parley.http.routing.RequestCaller;
import io.parley.http.server.DrainState;
import io.parley.http.server.ServerContext;
import io.parley.http.stream.SseResponse;
import io.parley.http.stream.StreamContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * Has questions answered of which nothing is kept, streamed or in one piece. Whoever leaves before the end is let go of at once,
 * whether the question waits, a vendor thinks or an answer is being given. Knows no wire format.
 */
public final class GenerationService {

    private final ServerContext server;
    private final StreamTimeouts timeouts;
    private final StreamContext streams;

    /** @param streams where the open ones are listed, so that none is cut without a word when the port is closed */
    public GenerationService(ServerContext server, StreamTimeouts timeouts, StreamContext streams) {
        this.server = server;
        this.timeouts = timeouts;
        this.streams = streams;
    }

    /** Answer with a stream of events, written by {@code writer}; fails {@code ctx} if there is a problem before the first of them. */
    public void stream(RoutingContext ctx, GenerationRequest request, AnswerEventWriter writer) {
        if (streams.draining().isDraining()) {
            ctx.fail(DrainState.problem().toException());
            return;
        }
        Promise<Void> disconnected = Promise.promise();
        SseResponse channel = new SseResponse(ctx.request(), streams.slowClients(), disconnected::tryComplete);
        start(ctx, request, new SseAnswerStream(ctx, channel, writer), disconnected.future());
    }

    /** Completes with the whole answer; never, if the client leaves before that. */
    public Future<Result> collect(RoutingContext ctx, GenerationRequest request) {
        if (streams.draining().isDraining()) {
            return Future.failedFuture(DrainState.problem().toException());
        }
        Promise<Void> disconnected = Promise.promise();
        HttpServerResponse response = ctx.response();
        response.exceptionHandler(_ -> {});
        response.closeHandler(_ -> disconnected.tryComplete());
        CollectedAnswer answer = new CollectedAnswer();
        start(ctx, request, answer, disconnected.future());
        return answer.result().onSuccess(collected -> GenerationHeaders.put(response, collected.handle()));
    }

    private void start(
            RoutingContext ctx, GenerationRequest request, AnswerSession.Listener listener, Future<Void> disconnected) {
        if (ctx.response().closed()) {
            return;
        }
        CallOptions options =
                request.options().withGrant(RequestCaller.caller(ctx).apiKey());
        GenerationRequest forCaller = new GenerationRequest(request.selection(), request.prompt(), options);
        Generation generation = new Generation(
                server.vertx(),
                server.bus(),
                timeouts,
                RequestCaller.origin(ctx),
                server.ids().next("call_"),
                forCaller,
                listener);
        streams.openStreams().add(generation, RequestCaller.caller(ctx));
        generation.start();
        disconnected.onComplete(_ -> generation.cancel());
    }
}
