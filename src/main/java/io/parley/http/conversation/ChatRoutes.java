package io.parley.http.conversation;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RequestHeaders;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.DrainState;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

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
        table.body(ctx, IdempotentBody.parser(RequestHeaders.idempotencyKey(ctx.request())))
                .compose(body -> start(ctx, body, format))
                .onFailure(ctx::fail);
    }

    private Future<StreamRef> start(RoutingContext ctx, IdempotentBody received, ChatSse.Format format) {
        ChatBody body = ChatBody.read(received.fields());
        received.fields().finish();
        RequestContext requestContext = RequestCaller.origin(ctx);
        DisconnectHandler disconnectHandler =
                new DisconnectHandler(bus, requestContext, body.chat().cancelOnDisconnect());
        StartChat start = new StartChat(requestContext, body.contextId(), body.chat(), received.idempotency());
        return streamer.begin(ctx, disconnectHandler, format, bus.request(Addresses.RUN_START, start));
    }
}
