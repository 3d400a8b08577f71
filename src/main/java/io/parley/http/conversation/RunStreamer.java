package io.parley.http.conversation;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RequestHeaders;
import io.parley.http.server.RequestState;
import io.parley.http.stream.SseResponse;
import io.parley.http.stream.StreamContext;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Streams runs to clients as server-sent events, from the start or after any cursor. Does not start runs. */
public final class RunStreamer {

    /** Names the run that a response streams. */
    static final String RUN_ID = "X-Run-Id";

    /** The shortest wait that a producer accepts: a reconnecting client gets its response head at once. */
    private static final Duration IMMEDIATE_HEARTBEAT = Duration.ofMillis(1);

    /** Kind of run, which decides how its events are written. */
    enum Kind {
        CHAT,
        DUO
    }

    private final Bus bus;
    private final Duration heartbeat;
    private final Duration firstHeartbeat;
    private final StreamContext streams;

    /** @param commitAfter how long a new run may be silent before its response head is sent */
    public RunStreamer(Bus bus, Duration heartbeat, Duration commitAfter, StreamContext streams) {
        this.bus = bus;
        this.heartbeat = heartbeat;
        this.firstHeartbeat = commitAfter.compareTo(heartbeat) < 0 ? commitAfter : heartbeat;
        this.streams = streams;
    }

    /** Streams a chat that has just been started, from its first event. */
    Future<StreamRef> begin(
            RoutingContext ctx, DisconnectHandler disconnectHandler, ChatSse.Format format, Future<StreamRef> chat) {
        return stream(ctx, disconnectHandler, chat, new StreamOptions(Kind.CHAT, format, Cursor.START, firstHeartbeat));
    }

    /** Streams the caller's run {@code run} after the cursor in the request. */
    void attach(RoutingContext ctx, String run, Kind kind) {
        HttpServerRequest request = ctx.request();
        request.resume();
        RequestHeaders.acceptEvents(request);
        ChatSse.Format format = ChatSse.Format.of(request);
        Cursor after = RequestHeaders.cursor(request);
        DisconnectHandler disconnectHandler = new DisconnectHandler(bus, RequestCaller.origin(ctx), false);
        Future<StreamRef> log = bus.request(Addresses.JOURNAL_ATTACH, new Attach(RequestCaller.user(ctx), run, after));
        stream(ctx, disconnectHandler, log, new StreamOptions(kind, format, after, IMMEDIATE_HEARTBEAT))
                .onFailure(ctx::fail);
    }

    private Future<StreamRef> stream(
            RoutingContext ctx, DisconnectHandler disconnectHandler, Future<StreamRef> log, StreamOptions options) {
        SseResponse channel = new SseResponse(ctx.request(), streams.slowClients(), disconnectHandler::disconnected);
        return log.onSuccess(
                opened -> disconnectHandler.attach(opened.streamId(), read(ctx, channel, opened, options)));
    }

    private LogReader read(RoutingContext ctx, SseResponse channel, StreamRef log, StreamOptions options) {
        LogReader reader = new LogReader(bus, log, heartbeat, options.writer(ctx, channel, log));
        if (!channel.disconnected()) {
            ctx.response().putHeader(RUN_ID, log.streamId());
            streams.openStreams().add(reader);
            reader.start(options.after, options.firstHeartbeat);
        }
        return reader;
    }

    /** Where in a run a stream starts and how its events are written. */
    private record StreamOptions(Kind kind, ChatSse.Format format, Cursor after, Duration firstHeartbeat) {

        private RunSseStream writer(RoutingContext ctx, SseResponse channel, StreamRef log) {
            return switch (kind) {
                case DUO -> new RunSseStream(ctx, channel, new DuoSse(), false);
                case CHAT -> {
                    boolean fresh = after.equals(Cursor.START);
                    String requestId = RequestState.of(ctx).id();
                    yield new RunSseStream(ctx, channel, new ChatSse(format, log.streamId(), requestId, !fresh), fresh);
                }
            };
        }
    }
}
