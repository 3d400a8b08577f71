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
import java.util.ArrayList;
import java.util.List;

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

    /** As {@link #stream}, for all the answers that are requested. If one fails, the others are cancelled. */
    public void streamChoices(RoutingContext ctx, GenerationRequest request, ChoicesWriter writer) {
        if (request.choices() == 1 || streams.draining().isDraining()) {
            stream(ctx, request, writer);
            return;
        }
        Promise<Void> stop = Promise.promise();
        SseResponse channel = new SseResponse(ctx.request(), streams.slowClients(), stop::tryComplete);
        ChoicesStream choices = new ChoicesStream(
                ctx,
                channel,
                writer,
                request,
                (repetition, listener) -> start(ctx, repetition, listener, stop.future()),
                stop::tryComplete);
        start(ctx, request, choices, stop.future());
    }

    /** Completes with the whole answer; never completes if the client disconnects before. */
    public Future<Result> collect(RoutingContext ctx, GenerationRequest request) {
        if (streams.draining().isDraining()) {
            return Future.failedFuture(DrainState.problem().toException());
        }
        return collect(ctx, request, onDisconnect(ctx).future());
    }

    /**
     * As {@link #collect}, for all the answers that are requested. The first shows whether the provider makes all of them in one response;
     * if not, the others follow at the same time. If one fails, the others are cancelled.
     */
    public Future<List<Result>> collectChoices(RoutingContext ctx, GenerationRequest request) {
        if (streams.draining().isDraining()) {
            return Future.failedFuture(DrainState.problem().toException());
        }
        Promise<Void> stop = onDisconnect(ctx);
        return collect(ctx, request, stop.future()).compose(first -> {
            List<Future<Result>> results = new ArrayList<>(List.of(Future.succeededFuture(first)));
            int choices = first.nativeBody().isPresent() ? 1 : request.choices();
            for (int i = 1; i < choices; i++) {
                CollectedAnswer answer = new CollectedAnswer();
                start(ctx, request.repetition(i), answer, stop.future());
                results.add(answer.result());
            }
            return Future.all(results)
                    .onFailure(_ -> stop.tryComplete())
                    .map(_ -> results.stream().map(Future::result).toList());
        });
    }

    private static Promise<Void> onDisconnect(RoutingContext ctx) {
        Promise<Void> disconnected = Promise.promise();
        HttpServerResponse response = ctx.response();
        response.exceptionHandler(_ -> {});
        response.closeHandler(_ -> disconnected.tryComplete());
        return disconnected;
    }

    private Future<Result> collect(RoutingContext ctx, GenerationRequest request, Future<Void> stop) {
        CollectedAnswer answer = new CollectedAnswer();
        start(ctx, request, answer, stop);
        return answer.result()
                .onSuccess(collected -> GenerationHeaders.put(ctx.response(), collected.handle(), request));
    }

    private void start(
            RoutingContext ctx, GenerationRequest request, AnswerSession.Listener listener, Future<Void> stop) {
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
        stop.onComplete(_ -> generation.cancel());
    }
}
