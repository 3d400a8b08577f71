package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.config.ConversationConfig;
import io.parley.config.HttpConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.Origin;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.Idempotency;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.StreamMessage.Opened;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** Chats as server-sent events: begun, and read again from any place in them. */
final class ChatRoutes {

    static final String RUN_ID = "X-Run-Id";

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final Bus bus;
    private final Duration heartbeat;
    private final Duration commitAfter;
    private final StreamContext streams;

    ChatRoutes(Bus bus, HttpConfig http, ConversationConfig conversation, StreamContext streams) {
        this.bus = bus;
        this.heartbeat = http.heartbeat();
        this.commitAfter = conversation.commitAfter();
        this.streams = streams;
    }

    void addTo(RouteTable table) {
        table.raw(POST, "/api/v1/conversations/stream", ctx -> begin(table, ctx))
                .raw(GET, "/api/v1/conversations/{run}/stream", this::attach);
    }

    private void begin(RouteTable table, RoutingContext ctx) {
        streams.draining().refuse();
        RequestHeaders.acceptEvents(ctx.request());
        ChatSse.Format format = ChatSse.Format.of(ctx.request());
        Optional<String> key = RequestHeaders.idempotencyKey(ctx.request());
        table.body(ctx).compose(body -> start(ctx, body, key, format)).onFailure(ctx::fail);
    }

    private Future<Opened> start(RoutingContext ctx, Buffer raw, Optional<String> key, ChatSse.Format format) {
        byte[] bytes = raw.getBytes();
        Fields fields = JsonGate.object(bytes);
        ChatBody body = ChatBody.read(fields);
        fields.end();
        Origin origin = Call.origin(ctx);
        Departure departure = new Departure(bus, origin, body.chat().cancelOnDisconnect());
        SseChannel channel = new SseChannel(ctx.request(), streams.slowClients(), departure::left);
        Optional<Idempotency> once = key.map(name -> new Idempotency(name, RequestHeaders.digest(bytes)));
        return bus.ask(Addresses.RUN_START, new StartChat(origin, body.contextId(), body.chat(), once))
                .onSuccess(log -> {
                    Duration patience = commitAfter.compareTo(heartbeat) < 0 ? commitAfter : heartbeat;
                    departure.from(log.streamId(), follow(ctx, channel, log, format, Cursor.START, patience));
                });
    }

    private void attach(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        request.resume();
        RequestHeaders.acceptEvents(request);
        ChatSse.Format format = ChatSse.Format.of(request);
        Cursor after = RequestHeaders.cursor(request);
        Departure departure = new Departure(bus, Call.origin(ctx), false);
        SseChannel channel = new SseChannel(request, streams.slowClients(), departure::left);
        bus.ask(Addresses.JOURNAL_ATTACH, new Attach(Call.user(ctx), Call.id(ctx, "run"), after))
                .onSuccess(log -> departure.from(log.streamId(), follow(ctx, channel, log, format, after, AT_ONCE)))
                .onFailure(ctx::fail);
    }

    private RunFollower follow(
            RoutingContext ctx,
            SseChannel channel,
            Opened log,
            ChatSse.Format format,
            Cursor after,
            Duration patience) {
        if (!channel.gone()) {
            ctx.response().putHeader(RUN_ID, log.streamId());
        }
        boolean fresh = after.equals(Cursor.START);
        ChatSse sse = new ChatSse(format, log.streamId(), RequestState.of(ctx).id(), !fresh);
        RunFollower follower = new RunFollower(bus, log, heartbeat, new ChatStream(ctx, channel, sse, fresh));
        if (!channel.gone()) {
            streams.openStreams().add(follower);
            follower.start(after, patience);
        }
        return follower;
    }
}
