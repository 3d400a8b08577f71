package io.parley.http.websocket;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.http.conversation.DisconnectHandler;
import io.parley.http.stream.OpenStreams;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The conversations that are open on one socket, each under the handle that the client gave it; bounded in number. */
final class SocketSubscriptions {

    private static final int MAX_OPEN = 64;

    private final Bus bus;
    private final Duration heartbeat;
    private final String requestId;
    private final SocketWriter writer;
    private final OpenStreams streams;
    private final Map<String, Subscription> subscriptions = new HashMap<>();
    private final Map<String, String> closed = new LinkedHashMap<>();
    private boolean closing;

    SocketSubscriptions(Bus bus, Duration heartbeat, String requestId, SocketWriter writer, OpenStreams streams) {
        this.bus = bus;
        this.heartbeat = heartbeat;
        this.requestId = requestId;
        this.writer = writer;
        this.streams = streams;
    }

    /** A conversation's log; {@code duo}: two bots converse in it. */
    record ConversationLog(StreamRef log, boolean duo) {}

    private record Subscription(Future<ConversationLog> found, DisconnectHandler disconnectHandler) {}

    /** Opens {@code id} on what {@code lookup} finds, from behind {@code after}; {@code disconnectHandler} is for when the client goes. */
    void open(String id, DisconnectHandler disconnectHandler, Cursor after, Supplier<Future<ConversationLog>> lookup) {
        if (subscriptions.containsKey(id)) {
            throw new Problem.Conflict("the handle is in use").toException();
        }
        if (subscriptions.size() >= MAX_OPEN) {
            throw new Problem.Conflict("no more than " + MAX_OPEN + " conversations fit on a socket").toException();
        }
        Future<ConversationLog> found = lookup.get();
        subscriptions.put(id, new Subscription(found, disconnectHandler));
        found.onSuccess(conversation -> follow(id, disconnectHandler, conversation, after))
                .onFailure(cause -> {
                    writer.send(SocketEvents.error(Optional.of(id), requestId, Problem.of(cause)));
                    close(id);
                });
    }

    private void follow(String id, DisconnectHandler disconnectHandler, ConversationLog found, Cursor after) {
        StreamRef log = found.log();
        writer.send(SocketEvents.opened(id, log.streamId()));
        boolean partial = !after.equals(Cursor.START);
        SocketEvents frames = new SocketEvents(id, log.streamId(), requestId, found.duo(), partial);
        LogReader reader = new LogReader(
                bus, log, heartbeat, new SocketConversation(writer, frames, () -> onEnded(id, log.streamId())));
        disconnectHandler.attach(log.streamId(), reader);
        if (!writer.isClosed()) {
            streams.add(reader);
            reader.start(after);
        }
    }

    /** The run behind {@code id}, open or lately ended; waits for one that is still being opened. */
    Future<String> run(String id) {
        return Optional.ofNullable(subscriptions.get(id))
                .map(handle -> handle.found().map(found -> found.log().streamId()))
                .or(() -> Optional.ofNullable(closed.get(id)).map(Future::succeededFuture))
                .orElseGet(() -> Future.failedFuture(new Problem.NotFound().toException()));
    }

    private void onEnded(String id, String runId) {
        closed.put(id, runId);
        if (closed.size() > MAX_OPEN) {
            Iterator<String> eldest = closed.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        close(id);
    }

    private void close(String id) {
        subscriptions.remove(id);
        if (closing && subscriptions.isEmpty()) {
            writer.close(SocketClose.RESTART);
        }
    }

    /** Closes the socket behind the last conversation. */
    void drain() {
        closing = true;
        if (subscriptions.isEmpty()) {
            writer.close(SocketClose.RESTART);
        }
    }

    /** Ends every conversation here and now, each with a word, and closes the socket. */
    void abort(Problem problem) {
        List.copyOf(subscriptions.keySet())
                .forEach(id -> writer.send(SocketEvents.error(Optional.of(id), requestId, problem)));
        writer.close(SocketClose.RESTART);
    }

    /** The client has gone. */
    void disconnected() {
        List.copyOf(subscriptions.values())
                .forEach(handle -> handle.disconnectHandler().disconnected());
        subscriptions.clear();
    }
}
