package io.parley.http.websocket;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.http.conversation.DisconnectHandler;
import io.parley.http.stream.OpenStreamRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Holds the open conversations of one socket by the id that the client chose; bounded. */
final class SocketSubscriptions {

    private static final int MAX_OPEN = 64;

    private final Bus bus;
    private final Duration heartbeat;
    private final String requestId;
    private final SocketWriter writer;
    private final OpenStreamRegistry streams;
    private final Map<String, Subscription> subscriptions = new HashMap<>();
    private final Map<String, String> closed = new LinkedHashMap<>();
    private boolean closing;

    SocketSubscriptions(
            Bus bus, Duration heartbeat, String requestId, SocketWriter writer, OpenStreamRegistry streams) {
        this.bus = bus;
        this.heartbeat = heartbeat;
        this.requestId = requestId;
        this.writer = writer;
        this.streams = streams;
    }

    /** The log of a conversation; {@code duo} marks a two-agent conversation. */
    record ConversationLog(StreamRef log, boolean duo) {}

    private record Subscription(Future<ConversationLog> found, DisconnectHandler disconnectHandler) {}

    /** Opens the conversation that {@code lookup} returns under {@code id} and streams its events after {@code after}. */
    void open(String id, DisconnectHandler disconnectHandler, Cursor after, Supplier<Future<ConversationLog>> lookup) {
        if (subscriptions.containsKey(id)) {
            throw new Problem.Conflict("the id is already in use on this socket").toException();
        }
        if (subscriptions.size() >= MAX_OPEN) {
            throw new Problem.Conflict("a socket can have at most " + MAX_OPEN + " open conversations").toException();
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

    /** Returns the run id for {@code id}, open or recently ended; waits if the conversation is still being opened. */
    Future<String> run(String id) {
        return Optional.ofNullable(subscriptions.get(id))
                .map(subscription ->
                        subscription.found().map(found -> found.log().streamId()))
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

    /** Closes the socket after its last conversation has ended. */
    void drain() {
        closing = true;
        if (subscriptions.isEmpty()) {
            writer.close(SocketClose.RESTART);
        }
    }

    /** Ends every conversation at once with an error message and closes the socket. */
    void abort(Problem problem) {
        List.copyOf(subscriptions.keySet())
                .forEach(id -> writer.send(SocketEvents.error(Optional.of(id), requestId, problem)));
        writer.close(SocketClose.RESTART);
    }

    /** Called when the client has disconnected. */
    void disconnected() {
        List.copyOf(subscriptions.values())
                .forEach(subscription -> subscription.disconnectHandler().disconnected());
        subscriptions.clear();
    }
}
