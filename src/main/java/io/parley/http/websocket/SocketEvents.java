package io.parley.http.websocket;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.BotUpdated;
import io.parley.contract.RunEvent.Ended;
import io.parley.contract.RunEvent.FlowsExtracted;
import io.parley.contract.RunEvent.Fragment;
import io.parley.contract.RunEvent.Injected;
import io.parley.contract.RunEvent.Paused;
import io.parley.contract.RunEvent.Resumed;
import io.parley.contract.RunEvent.RunFailed;
import io.parley.contract.RunEvent.RunStarted;
import io.parley.contract.RunEvent.ThinkingToken;
import io.parley.contract.RunEvent.Token;
import io.parley.contract.RunEvent.TurnCompleted;
import io.parley.contract.RunEvent.TurnReset;
import io.parley.contract.RunEvent.TurnStarted;
import io.parley.contract.RunEvent.UsageCounted;
import io.parley.contract.StreamMessage.Batch;
import io.parley.http.conversation.ChatViews;
import io.parley.http.conversation.DuoViews;
import io.parley.http.server.ProblemDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes server messages of a socket as JSON: a conversation's events with its {@code id}, and replies to client messages. */
final class SocketEvents {

    /** Merges fragments of one kind that arrive together, up to this length. */
    private static final int MAX_BATCHED_CHARS = 16 * 1024;

    private final String id;
    private final String runId;
    private final String requestId;
    private final boolean duo;
    private boolean partial;

    /**
     * @param duo whether it is a two-agent conversation, whose events have other names than a chat's
     * @param partial whether the client already has part of the text
     */
    SocketEvents(String id, String runId, String requestId, boolean duo, boolean partial) {
        this.id = id;
        this.runId = runId;
        this.requestId = requestId;
        this.duo = duo;
        this.partial = partial;
    }

    static ObjectNode opened(String id, String runId) {
        return frame("opened").put("id", id).put("run", runId);
    }

    static ObjectNode ack(String id, boolean applied) {
        return frame("ack").put("id", id).put("applied", applied);
    }

    /** Acknowledges a fork; {@code run} is the new run. */
    static ObjectNode forked(String id, String runId) {
        return ack(id, true).put("run", runId);
    }

    static ObjectNode pong(Optional<String> id) {
        ObjectNode pong = frame("pong");
        id.ifPresent(value -> pong.put("id", value));
        return pong;
    }

    /** Replies to a message that failed. Has no {@code seq}, because it does not end a conversation. */
    static ObjectNode error(Optional<String> id, String requestId, Problem problem) {
        ObjectNode error = frame("error");
        id.ifPresent(value -> error.put("id", value));
        error.put("error", problem.detail())
                .put("code", problem.code())
                .put("retryable", problem.retryable())
                .put("request_id", requestId);
        if (problem instanceof Problem.Invalid) {
            error.set("errors", ProblemDetails.errors(problem));
        }
        return error;
    }

    /** Writes the batch as messages, in order. */
    List<ObjectNode> render(Batch batch) {
        List<ObjectNode> frames = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < batch.events().size(); index++) {
            switch (batch.events().get(index)) {
                case RunEvent event
                when event instanceof Fragment fragment -> {
                    text.append(fragment.delta());
                    if (text.length() >= MAX_BATCHED_CHARS || !continues(batch, index)) {
                        frames.add(fragment(batch.cursorAt(index), event, text.toString()));
                        text.setLength(0);
                    }
                }
                case RunEvent event -> view(batch.cursorAt(index), event).ifPresent(frames::add);
                case AnswerEvent _ -> {} // never part of a run log
            }
        }
        return frames;
    }

    /** Whether the next event is a fragment of the same kind. */
    private static boolean continues(Batch batch, int index) {
        List<Event> events = batch.events();
        return index + 1 < events.size()
                && events.get(index).getClass().equals(events.get(index + 1).getClass());
    }

    private ObjectNode fragment(Cursor cursor, RunEvent event, String text) {
        boolean token = event instanceof Token;
        partial |= token;
        return (duo ? duo(cursor, event) : event(token ? "token" : "thinking", cursor)).put("delta", text);
    }

    private Optional<ObjectNode> view(Cursor cursor, RunEvent event) {
        if (duo) {
            return Optional.of(duo(cursor, event));
        }
        return switch (event) {
            case TurnReset reset -> {
                partial = false;
                yield Optional.of(
                        event("reset", cursor).put("reason", reset.reason()).put("attempt", reset.attempt()));
            }
            case TurnCompleted turn ->
                Optional.of(event("turn_complete", cursor).setAll(ChatViews.turn(turn)));
            case FlowsExtracted extracted ->
                Optional.of(event("metadata", cursor).setAll(ChatViews.metadata(runId, extracted)));
            case Ended end -> Optional.of(end(cursor, end));
            case TurnStarted _, Token _, ThinkingToken _, RunStarted _, UsageCounted _ -> Optional.empty();
            case BotUpdated _, Injected _, Paused _, Resumed _, RunFailed _ -> Optional.empty();
        };
    }

    private ObjectNode duo(Cursor cursor, RunEvent event) {
        ObjectNode view = DuoViews.event(cursor, event);
        return frame(view.path("type").asText())
                .put("id", id)
                .<ObjectNode>setAll(view)
                .put("seq", cursor.toString());
    }

    private ObjectNode end(Cursor cursor, Ended end) {
        return switch (end.status()) {
            case COMPLETED -> event("done", cursor).setAll(ChatViews.done(runId, end));
            case CANCELLED -> event("cancelled", cursor).setAll(ChatViews.cancelled(runId, end, partial));
            case ERROR, BUDGET, RUNNING, PAUSED ->
                event("error", cursor).setAll(ChatViews.error(runId, requestId, end, partial));
        };
    }

    /** Writes the error that ends a conversation whose log was lost. Has no {@code seq}, because it is not part of the log. */
    ObjectNode streamError(Problem problem) {
        return frame("error").put("id", id).setAll(ChatViews.error(runId, requestId, problem, partial));
    }

    private ObjectNode event(String type, Cursor cursor) {
        return frame(type).put("id", id).put("seq", cursor.toString());
    }

    private static ObjectNode frame(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
