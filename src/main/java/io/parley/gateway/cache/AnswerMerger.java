package io.parley.gateway.cache;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Merges the events of an answer into as few as possible: one for the text and one for each tool call. */
final class AnswerMerger {

    private final StringBuilder text = new StringBuilder();
    private final Map<Integer, ToolCallBuilder> calls = new TreeMap<>();

    void add(Event event) {
        if (event instanceof Delta(String piece)) {
            text.append(piece);
        } else if (event instanceof ToolDelta delta) {
            calls.computeIfAbsent(delta.index(), _ -> new ToolCallBuilder(delta))
                    .arguments
                    .append(delta.arguments());
        }
    }

    /** The number of characters of the text and the tool call arguments. */
    int length() {
        return text.length()
                + calls.values().stream()
                        .mapToInt(call -> call.arguments.length())
                        .sum();
    }

    /** The merged events, in a new modifiable list. */
    List<AnswerEvent> events() {
        List<AnswerEvent> events = new ArrayList<>();
        if (!text.isEmpty()) {
            events.add(new Delta(text.toString()));
        }
        calls.forEach((index, call) -> events.add(new ToolDelta(index, call.id, call.name, call.arguments.toString())));
        return events;
    }

    private static final class ToolCallBuilder {
        private final Optional<String> id;
        private final Optional<String> name;
        private final StringBuilder arguments = new StringBuilder();

        private ToolCallBuilder(ToolDelta first) {
            this.id = first.id();
            this.name = first.name();
        }
    }
}
