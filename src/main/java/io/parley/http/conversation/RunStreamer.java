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

/** Streams runs to clients as server-sent events, from their start or from any cursor on. Does not start runs. */
public final class RunStreamer {

    /** Names the run that a response streams. */
    static final String RUN_ID = "X-Run-Id";

    /** The least that a producer can be asked to wait: a client that comes back is told at once that its stream is alive. */
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    /** Which events a run has, and how a client is told of them. */
    enum Kind {
        CHAT,
        DUO
    }

    private final Bus bus;
    private final Duration heartbeat;
    private final Duration firstHeartbeat;
    private final StreamContext streams;

    /** @param commitAfter how long a new run may be silent before its response begins */
    public RunStreamer(Bus bus, Duration heartbeat, Duration commitAfter, StreamContext streams) {
        this.bus = bus;
        this.heartbeat = heartbeat;
        this.firstHeartbeat = commitAfter.compareTo(heartbeat) < 0 ? commitAfter : heartbeat;
        this.streams = streams;
    }

    /** Streams a chat that has just been started from its first event on. */
    Future<StreamRef> begin(
            RoutingContext ctx, DisconnectHandler departure, ChatSse.Format format, Future<StreamRef> chat) {
        return stream(ctx, departure, chat, new Place(Kind.CHAT, format, Cursor.START, firstHeartbeat));
    }

    /** Streams the caller's run {@code run} from the cursor on that the request names. */
    void attach(RoutingContext ctx, String run, Kind kind) {
        HttpServerRequest request = ctx.request();
        request.resume();
        RequestHeaders.acceptEvents(request);
        ChatSse.Format format = ChatSse.Format.of(request);
        Cursor after = RequestHeaders.cursor(request);
        DisconnectHandler departure = new DisconnectHandler(bus, RequestCaller.origin(ctx), false);
        Future<StreamRef> log = bus.request(Addresses.JOURNAL_ATTACH, new Attach(RequestCaller.user(ctx), run, after));
        stream(ctx, departure, log, new Place(kind, format, after, AT_ONCE)).onFailure(ctx::fail);
    }

    private Future<StreamRef> stream(
            RoutingContext ctx, DisconnectHandler departure, Future<StreamRef> log, Place place) {
        SseResponse channel = new SseResponse(ctx.request(), streams.slowClients(), departure::disconnected);
        return log.onSuccess(opened -> departure.attach(opened.streamId(), read(ctx, channel, opened, place)));
    }

    private LogReader read(RoutingContext ctx, SseResponse channel, StreamRef log, Place place) {
        LogReader reader = new LogReader(bus, log, heartbeat, place.writer(ctx, channel, log));
        if (!channel.disconnected()) {
            ctx.response().putHeader(RUN_ID, log.streamId());
            streams.openStreams().add(reader);
            reader.start(place.after, place.firstHeartbeat);
        }
        return reader;
    }

    /** Where in a run a stream begins, and how it is written. */
    private record Place(Kind kind, ChatSse.Format format, Cursor after, Duration firstHeartbeat) {

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
