package io.parley.http.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.http.responses.OutputItem.Part;
import io.parley.http.responses.OutputItem.PartKind;
import io.parley.http.responses.OutputItem.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Arranges the events of an answer as output items, one after another: an item ends before the next one begins. Events that arrive in
 * the middle of a tool call are held until its arguments are complete.
 */
final class OutputAssembler {

    /** Receives each step, in the order in which a stream has to report them; ignores it unless it is overridden. */
    interface Listener {

        default void itemAdded(OutputItem item) {}

        default void partAdded(OutputItem item, Part part) {}

        default void textAdded(OutputItem item, Part part, String text) {}

        default void argumentsAdded(OutputItem.Call call, String text) {}

        default void partDone(OutputItem item, Part part) {}

        default void argumentsDone(OutputItem.Call call) {}

        default void itemDone(OutputItem item) {}
    }

    private final String token;
    private final Listener listener;
    private final List<OutputItem> items = new ArrayList<>();
    private final Set<Integer> finishedCalls = new HashSet<>();
    private final List<AnswerEvent> held = new ArrayList<>();
    private Optional<OutputItem> open = Optional.empty();

    /** @param responseId id of the response; the ids of its items are derived from it */
    OutputAssembler(String responseId, Listener listener) {
        this.token = responseId.substring(responseId.indexOf('_') + 1);
        this.listener = listener;
    }

    void accept(AnswerEvent event) {
        if (open.isPresent() && open.get() instanceof OutputItem.Call call) {
            boolean own = event instanceof ToolDelta delta && delta.index() == call.callIndex();
            if (!own && !call.hasAllArguments()) {
                held.add(event);
                return;
            }
        }
        switch (event) {
            case Delta delta -> text(PartKind.TEXT, delta.text());
            case Refusal refusal -> text(PartKind.REFUSAL, refusal.text());
            case Thinking thinking -> thinking(thinking);
            case ToolDelta delta -> call(delta);
            case AnswerEvent.Started _, AnswerEvent.NativeData _, AnswerEvent.Completed _, AnswerEvent.Failed _ -> {}
        }
    }

    /** Ends the output; if it is not {@code whole}, its last item is incomplete. */
    void finish(boolean whole) {
        while (!held.isEmpty()) {
            closeOpen(whole);
            acceptHeld();
        }
        closeOpen(whole);
    }

    /** Ends the output of an answer that has failed: the item that was open remains incomplete. */
    void abort() {
        open.ifPresent(item -> item.finish(Status.INCOMPLETE));
    }

    /** The items so far. */
    ArrayNode view() {
        ArrayNode view = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> view.add(item.view()));
        return view;
    }

    private void text(PartKind kind, String text) {
        if (text.isEmpty()) {
            return;
        }
        OutputItem.Message message;
        if (open.isPresent() && open.get() instanceof OutputItem.Message current) {
            message = current;
        } else {
            message = new OutputItem.Message(nextToken(), items.size());
            begin(message);
        }
        append(message, kind, text);
    }

    private void thinking(Thinking thinking) {
        switch (thinking.kind()) {
            case TEXT -> {
                if (!thinking.text().isEmpty()) {
                    append(reasoning(), PartKind.SUMMARY, thinking.text());
                }
            }
            case SIGNATURE -> {
                reasoning().encrypted(EncryptedReasoning.signed(thinking.text()));
                closeOpen(true);
            }
            case REDACTED -> {
                closeOpen(true);
                reasoning().encrypted(EncryptedReasoning.redacted(thinking.text()));
                closeOpen(true);
            }
        }
    }

    private OutputItem.Reasoning reasoning() {
        if (open.isPresent() && open.get() instanceof OutputItem.Reasoning current) {
            return current;
        }
        OutputItem.Reasoning reasoning = new OutputItem.Reasoning(nextToken(), items.size());
        begin(reasoning);
        return reasoning;
    }

    private void call(ToolDelta delta) {
        OutputItem.Call call;
        if (open.isPresent() && open.get() instanceof OutputItem.Call current && current.callIndex() == delta.index()) {
            call = current;
        } else if (finishedCalls.contains(delta.index())) {
            return; // whitespace after the arguments
        } else {
            call = new OutputItem.Call(
                    nextToken(),
                    items.size(),
                    delta.index(),
                    delta.id().orElse(""),
                    delta.name().orElse(""));
            begin(call);
        }
        if (!delta.arguments().isEmpty()) {
            call.append(delta.arguments());
            listener.argumentsAdded(call, delta.arguments());
        }
        if (call.hasAllArguments() && !held.isEmpty()) {
            closeOpen(true);
            acceptHeld();
        }
    }

    private void append(OutputItem item, PartKind kind, String text) {
        Optional<Part> last = item.lastPart();
        Part part;
        if (last.isPresent() && last.get().kind() == kind) {
            part = last.get();
        } else {
            last.ifPresent(ended -> listener.partDone(item, ended));
            part = item.addPart(kind);
            listener.partAdded(item, part);
        }
        part.text().append(text);
        listener.textAdded(item, part, text);
    }

    private void acceptHeld() {
        List<AnswerEvent> events = List.copyOf(held);
        held.clear();
        events.forEach(this::accept);
    }

    private void begin(OutputItem item) {
        closeOpen(true);
        items.add(item);
        open = Optional.of(item);
        listener.itemAdded(item);
    }

    private void closeOpen(boolean whole) {
        open.ifPresent(item -> {
            open = Optional.empty();
            item.finish(whole ? Status.COMPLETED : Status.INCOMPLETE);
            if (item instanceof OutputItem.Call call) {
                finishCall(call, whole);
            }
            item.lastPart().ifPresent(part -> listener.partDone(item, part));
            listener.itemDone(item);
        });
    }

    /** A call without arguments gets empty ones. */
    private void finishCall(OutputItem.Call call, boolean whole) {
        finishedCalls.add(call.callIndex());
        if (call.arguments().isBlank() && whole) {
            call.append("{}");
            listener.argumentsAdded(call, "{}");
        }
        if (call.hasAllArguments()) {
            call.finish(Status.COMPLETED);
        }
        listener.argumentsDone(call);
    }

    private String nextToken() {
        return token + "_" + items.size();
    }
}
