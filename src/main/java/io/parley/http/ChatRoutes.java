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
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
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
    private final SlowReader slowReader;
    private final Draining draining;
    private final OpenStreams streams;

    ChatRoutes(
            Bus bus,
            HttpConfig http,
            ConversationConfig conversation,
            SlowReader slowReader,
            Draining draining,
            OpenStreams streams) {
        this.bus = bus;
        this.heartbeat = http.heartbeat();
        this.commitAfter = conversation.commitAfter();
        this.slowReader = slowReader;
        this.draining = draining;
        this.streams = streams;
    }

    void addTo(RouteTable table) {
        table.raw(POST, "/api/v1/conversations/stream", ctx -> begin(table, ctx))
                .raw(GET, "/api/v1/conversations/{run}/stream", this::attach);
    }

    private void begin(RouteTable table, RoutingContext ctx) {
        draining.refuse();
        ChatSse.Format format = StreamHeaders.format(ctx.request());
        Optional<String> key = StreamHeaders.idempotencyKey(ctx.request());
        table.body(ctx).compose(body -> start(ctx, body, key, format)).onFailure(ctx::fail);
    }

    private Future<Opened> start(RoutingContext ctx, Buffer raw, Optional<String> key, ChatSse.Format format) {
        byte[] bytes = raw.getBytes();
        JsonFields fields = StrictJsonReader.request(bytes);
        ChatBody body = ChatBody.read(fields);
        fields.finish();
        Origin origin = Call.origin(ctx);
        Departure departure = new Departure(bus, origin, body.chat().cancelOnDisconnect());
        SseChannel channel = new SseChannel(ctx.request(), slowReader, departure::left);
        Optional<Idempotency> once = key.map(name -> new Idempotency(name, StreamHeaders.digest(bytes)));
        return bus.ask(Addresses.RUN_START, new StartChat(origin, body.contextId(), body.chat(), once))
                .onSuccess(log -> {
                    Duration patience = commitAfter.compareTo(heartbeat) < 0 ? commitAfter : heartbeat;
                    departure.from(log.streamId(), follow(ctx, channel, log, format, Cursor.START, patience));
                });
    }

    private void attach(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        request.resume();
        ChatSse.Format format = StreamHeaders.format(request);
        Cursor after = StreamHeaders.cursor(request);
        Departure departure = new Departure(bus, Call.origin(ctx), false);
        SseChannel channel = new SseChannel(request, slowReader, departure::left);
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
        ChatSse sse = new ChatSse(format, log.streamId(), Letterhead.requestId(ctx.request()), !fresh);
        RunFollower follower = new RunFollower(bus, log, heartbeat, new ChatStream(ctx, channel, sse, fresh));
        if (!channel.gone()) {
            streams.add(follower);
            follower.start(after, patience);
        }
        return follower;
    }
}
