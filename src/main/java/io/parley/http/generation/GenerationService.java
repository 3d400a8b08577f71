package io.parley.http.generation;

import io.parley.bus.AnswerSession;
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
 * Runs stateless generation requests, streamed or collected. Cancels a request as soon as its client disconnects, whether it is
 * queued, waiting for a provider or streaming. Does not know the wire format.
 */
public final class GenerationService {

    private final ServerContext server;
    private final StreamTimeouts timeouts;
    private final StreamContext streams;

    /** @param streams registers open streams, so that each gets an error event when the server shuts down */
    public GenerationService(ServerContext server, StreamTimeouts timeouts, StreamContext streams) {
        this.server = server;
        this.timeouts = timeouts;
        this.streams = streams;
    }

    /** Streams the answer with {@code writer}; fails {@code ctx} on a problem before the first event. */
    public void stream(RoutingContext ctx, GenerationRequest request, AnswerEventWriter writer) {
        if (streams.draining().isDraining()) {
            ctx.fail(DrainState.problem().toException());
            return;
        }
        Promise<Void> disconnected = Promise.promise();
        SseResponse channel = new SseResponse(ctx.request(), streams.slowClients(), disconnected::tryComplete);
        start(ctx, request, new SseAnswerStream(ctx, channel, writer, request), disconnected.future());
    }

    /** Completes with the whole answer; never completes if the client disconnects before. */
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
        return answer.result().onSuccess(collected -> GenerationHeaders.put(response, collected.handle(), request));
    }

    private void start(
            RoutingContext ctx, GenerationRequest request, AnswerSession.Listener listener, Future<Void> disconnected) {
        if (ctx.response().closed()) {
            return;
        }
        GenerationRequest forCaller = request.with(
                request.options().withGrant(RequestCaller.caller(ctx).apiKey()));
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
