package io.parley.gateway.cache;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.NativeData;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Started;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.Event;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Merges the events of an answer into as few as possible: one for each run of text, thinking or bytes, and one for each tool call. */
final class AnswerMerger {

    private final List<Part> parts = new ArrayList<>();
    private final Map<Integer, ToolCallPart> calls = new HashMap<>();
    private int length;

    void add(Event event) {
        switch (event) {
            case Started started -> parts.add(new WholePart(started));
            case Delta(String text) -> text(TextKind.ANSWER, text);
            case Refusal(String text) -> text(TextKind.REFUSAL, text);
            case Thinking(ThinkingKind kind, String text) ->
                text(
                        switch (kind) {
                            case TEXT -> TextKind.THINKING;
                            case SIGNATURE -> TextKind.SIGNATURE;
                            case REDACTED -> TextKind.REDACTED;
                        },
                        text);
            case NativeData(byte[] bytes) -> bytes(bytes);
            case ToolDelta delta -> call(delta);
            default -> {} // the end
        }
    }

    private void text(TextKind kind, String text) {
        length += text.length();
        boolean continues = !parts.isEmpty()
                && parts.getLast() instanceof TextPart last
                && last.kind == kind
                && kind != TextKind.REDACTED;
        if (!continues) {
            parts.add(new TextPart(kind));
        }
        ((TextPart) parts.getLast()).text.append(text);
    }

    private void bytes(byte[] bytes) {
        length += bytes.length;
        if (parts.isEmpty() || !(parts.getLast() instanceof BytesPart)) {
            parts.add(new BytesPart());
        }
        ((BytesPart) parts.getLast()).bytes.writeBytes(bytes);
    }

    private void call(ToolDelta delta) {
        length += delta.arguments().length();
        calls.computeIfAbsent(delta.index(), _ -> newCall(delta)).arguments.append(delta.arguments());
    }

    private ToolCallPart newCall(ToolDelta first) {
        ToolCallPart call = new ToolCallPart(first);
        parts.add(call);
        return call;
    }

    /** The number of characters and bytes of everything that was added. */
    int length() {
        return length;
    }

    /** The merged events, in a new modifiable list. */
    List<AnswerEvent> events() {
        List<AnswerEvent> events = new ArrayList<>();
        parts.forEach(part -> events.add(part.event()));
        return events;
    }

    private enum TextKind {
        ANSWER,
        REFUSAL,
        THINKING,
        SIGNATURE,
        REDACTED
    }

    private interface Part {
        AnswerEvent event();
    }

    private record WholePart(AnswerEvent event) implements Part {}

    private static final class TextPart implements Part {
        private final TextKind kind;
        private final StringBuilder text = new StringBuilder();

        private TextPart(TextKind kind) {
            this.kind = kind;
        }

        @Override
        public AnswerEvent event() {
            return switch (kind) {
                case ANSWER -> new Delta(text.toString());
                case REFUSAL -> new Refusal(text.toString());
                case THINKING -> new Thinking(ThinkingKind.TEXT, text.toString());
                case SIGNATURE -> new Thinking(ThinkingKind.SIGNATURE, text.toString());
                case REDACTED -> new Thinking(ThinkingKind.REDACTED, text.toString());
            };
        }
    }

    private static final class BytesPart implements Part {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public AnswerEvent event() {
            return new NativeData(bytes.toByteArray());
        }
    }

    private static final class ToolCallPart implements Part {
        private final int index;
        private final Optional<String> id;
        private final Optional<String> name;
        private final StringBuilder arguments = new StringBuilder();

        private ToolCallPart(ToolDelta first) {
            this.index = first.index();
            this.id = first.id();
            this.name = first.name();
        }

        @Override
        public AnswerEvent event() {
            return new ToolDelta(index, id, name, arguments.toString());
        }
    }
}
