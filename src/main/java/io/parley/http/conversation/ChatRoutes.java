package io.parley.http.conversation;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.Idempotency;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RequestHeaders;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.DrainState;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Serves chats as server-sent events: starts a chat, or resumes its stream from any cursor. */
public final class ChatRoutes {

    private final Bus bus;
    private final RunStreamer streamer;
    private final DrainState drainState;

    public ChatRoutes(Bus bus, RunStreamer streamer, DrainState drainState) {
        this.bus = bus;
        this.streamer = streamer;
        this.drainState = drainState;
    }

    public void addTo(RouteTable table) {
        table.raw(POST, "/api/v1/conversations/stream", ctx -> begin(table, ctx))
                .raw(
                        GET,
                        "/api/v1/conversations/{run}/stream",
                        ctx -> streamer.attach(ctx, RequestCaller.pathId(ctx, "run"), RunStreamer.Kind.CHAT));
    }

    private void begin(RouteTable table, RoutingContext ctx) {
        drainState.rejectIfDraining();
        RequestHeaders.acceptEvents(ctx.request());
        ChatSse.Format format = ChatSse.Format.of(ctx.request());
        Optional<String> key = RequestHeaders.idempotencyKey(ctx.request());
        table.body(ctx).compose(body -> start(ctx, body, key, format)).onFailure(ctx::fail);
    }

    private Future<StreamRef> start(RoutingContext ctx, Buffer raw, Optional<String> key, ChatSse.Format format) {
        byte[] bytes = raw.getBytes();
        JsonFields fields = StrictJsonReader.request(bytes);
        ChatBody body = ChatBody.read(fields);
        fields.finish();
        RequestContext requestContext = RequestCaller.origin(ctx);
        DisconnectHandler disconnectHandler =
                new DisconnectHandler(bus, requestContext, body.chat().cancelOnDisconnect());
        Optional<Idempotency> idempotency = key.map(name -> new Idempotency(name, RequestHeaders.digest(bytes)));
        StartChat start = new StartChat(requestContext, body.contextId(), body.chat(), idempotency);
        return streamer.begin(ctx, disconnectHandler, format, bus.request(Addresses.RUN_START, start));
    }
}
