package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.StreamRef;
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

    private static final int MOST = 64;

    private final Bus bus;
    private final Duration heartbeat;
    private final String requestId;
    private final SocketWriter out;
    private final OpenStreams streams;
    private final Map<String, Subscription> open = new HashMap<>();
    private final Map<String, String> past = new LinkedHashMap<>();
    private boolean closing;

    SocketSubscriptions(Bus bus, Duration heartbeat, String requestId, SocketWriter out, OpenStreams streams) {
        this.bus = bus;
        this.heartbeat = heartbeat;
        this.requestId = requestId;
        this.out = out;
        this.streams = streams;
    }

    /** A conversation's log; {@code duo}: two bots converse in it. */
    record ConversationLog(StreamRef log, boolean duo) {}

    private record Subscription(Future<ConversationLog> found, DisconnectHandler departure) {}

    /** Opens {@code id} on what {@code search} finds, from behind {@code after}; {@code departure} is for when the client goes. */
    void open(String id, DisconnectHandler departure, Cursor after, Supplier<Future<ConversationLog>> search) {
        if (open.containsKey(id)) {
            throw new Problem.Conflict("the handle is in use").toException();
        }
        if (open.size() >= MOST) {
            throw new Problem.Conflict("no more than " + MOST + " conversations fit on a socket").toException();
        }
        Future<ConversationLog> found = search.get();
        open.put(id, new Subscription(found, departure));
        found.onSuccess(conversation -> follow(id, departure, conversation, after))
                .onFailure(cause -> {
                    out.say(SocketEvents.refusal(Optional.of(id), requestId, Problem.of(cause)));
                    close(id);
                });
    }

    private void follow(String id, DisconnectHandler departure, ConversationLog found, Cursor after) {
        StreamRef log = found.log();
        out.say(SocketEvents.opened(id, log.streamId()));
        boolean partial = !after.equals(Cursor.START);
        SocketEvents frames = new SocketEvents(id, log.streamId(), requestId, found.duo(), partial);
        LogReader reader = new LogReader(
                bus, log, heartbeat, new SocketConversation(out, frames, () -> ended(id, log.streamId())));
        departure.from(log.streamId(), reader);
        if (!out.gone()) {
            streams.add(reader);
            reader.start(after);
        }
    }

    /** The run behind {@code id}, open or lately ended; waits for one that is still being opened. */
    Future<String> run(String id) {
        return Optional.ofNullable(open.get(id))
                .map(handle -> handle.found().map(found -> found.log().streamId()))
                .or(() -> Optional.ofNullable(past.get(id)).map(Future::succeededFuture))
                .orElseGet(() -> Future.failedFuture(new Problem.NotFound().toException()));
    }

    private void ended(String id, String run) {
        past.put(id, run);
        if (past.size() > MOST) {
            Iterator<String> eldest = past.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        close(id);
    }

    private void close(String id) {
        open.remove(id);
        if (closing && open.isEmpty()) {
            out.close(SocketClose.RESTART);
        }
    }

    /** Closes the socket behind the last conversation. */
    void drain() {
        closing = true;
        if (open.isEmpty()) {
            out.close(SocketClose.RESTART);
        }
    }

    /** Ends every conversation here and now, each with a word, and closes the socket. */
    void abort(Problem problem) {
        List.copyOf(open.keySet()).forEach(id -> out.say(SocketEvents.refusal(Optional.of(id), requestId, problem)));
        out.close(SocketClose.RESTART);
    }

    /** The client has gone. */
    void left() {
        List.copyOf(open.values()).forEach(handle -> handle.departure().left());
        open.clear();
    }
}
