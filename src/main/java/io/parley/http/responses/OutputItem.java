package io.parley.http.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An output item while it is generated, and afterwards. */
abstract sealed class OutputItem {

    /** Whether an item is finished, and how. */
    enum Status {
        IN_PROGRESS("in_progress"),
        COMPLETED("completed"),
        INCOMPLETE("incomplete");

        private final String text;

        Status(String text) {
            this.text = text;
        }
    }

    /** What a part of an item contains. */
    enum PartKind {
        TEXT,
        REFUSAL,
        SUMMARY
    }

    /** One part of an item; {@code index} counts the parts of its item. */
    record Part(PartKind kind, int index, StringBuilder text) {

        ObjectNode view() {
            return view(text.toString());
        }

        /** The part before its first text. */
        ObjectNode emptyView() {
            return view("");
        }

        private ObjectNode view(String content) {
            ObjectNode view = JsonNodeFactory.instance.objectNode();
            return switch (kind) {
                case TEXT -> {
                    view.put("type", "output_text").put("text", content);
                    view.putArray("annotations");
                    view.putArray("logprobs");
                    yield view;
                }
                case REFUSAL -> view.put("type", "refusal").put("refusal", content);
                case SUMMARY -> view.put("type", "summary_text").put("text", content);
            };
        }
    }

    private final String id;
    private final int index;
    private final List<Part> parts = new ArrayList<>();
    private Status status = Status.IN_PROGRESS;

    private OutputItem(String id, int index) {
        this.id = id;
        this.index = index;
    }

    final String id() {
        return id;
    }

    /** Position of the item in the output. */
    final int index() {
        return index;
    }

    final Optional<Part> lastPart() {
        return parts.isEmpty() ? Optional.empty() : Optional.of(parts.getLast());
    }

    final Part addPart(PartKind kind) {
        Part part = new Part(kind, parts.size(), new StringBuilder());
        parts.add(part);
        return part;
    }

    final void finish(Status finalStatus) {
        status = finalStatus;
    }

    /** The item as far as it is generated. */
    final ObjectNode view() {
        return view(status, parts);
    }

    /** The item before its first part. */
    abstract ObjectNode emptyView();

    abstract ObjectNode view(Status current, List<Part> content);

    private static ObjectNode object(String id, String type) {
        return JsonNodeFactory.instance.objectNode().put("id", id).put("type", type);
    }

    private static void addViews(ArrayNode views, List<Part> parts) {
        parts.forEach(part -> views.add(part.view()));
    }

    /** A message of the model: texts and refusals. */
    static final class Message extends OutputItem {

        Message(String token, int index) {
            super("msg_" + token, index);
        }

        @Override
        ObjectNode emptyView() {
            return view(Status.IN_PROGRESS, List.of());
        }

        @Override
        ObjectNode view(Status current, List<Part> content) {
            ObjectNode view =
                    object(id(), "message").put("status", current.text).put("role", "assistant");
            addViews(view.putArray("content"), content);
            return view;
        }
    }

    /** A block of reasoning: at most one summary, and what only its provider can read. */
    static final class Reasoning extends OutputItem {
        private String encrypted = "";

        Reasoning(String token, int index) {
            super("rs_" + token, index);
        }

        void encrypted(String content) {
            encrypted = content;
        }

        @Override
        ObjectNode emptyView() {
            return view(Status.IN_PROGRESS, List.of());
        }

        @Override
        ObjectNode view(Status current, List<Part> content) {
            ObjectNode view = object(id(), "reasoning");
            addViews(view.putArray("summary"), content);
            return encrypted.isEmpty() || current == Status.IN_PROGRESS
                    ? view
                    : view.put("encrypted_content", encrypted);
        }
    }

    /** A tool call of the model. */
    static final class Call extends OutputItem {
        private final int callIndex;
        private final String callId;
        private final String name;
        private final StringBuilder arguments = new StringBuilder();
        private final JsonEnd end = new JsonEnd();

        /** @param callIndex position of the call among the calls of the answer */
        Call(String token, int index, int callIndex, String callId, String name) {
            super("fc_" + token, index);
            this.callIndex = callIndex;
            this.callId = callId.isEmpty() ? "call_" + token : callId;
            this.name = name;
        }

        int callIndex() {
            return callIndex;
        }

        String name() {
            return name;
        }

        String arguments() {
            return arguments.toString();
        }

        void append(String fragment) {
            arguments.append(fragment);
            end.read(fragment);
        }

        /** Whether the arguments are a complete JSON object. */
        boolean hasAllArguments() {
            return end.reached();
        }

        @Override
        ObjectNode emptyView() {
            return view(Status.IN_PROGRESS, "");
        }

        @Override
        ObjectNode view(Status current, List<Part> content) {
            return view(current, arguments.toString());
        }

        private ObjectNode view(Status current, String text) {
            return object(id(), "function_call")
                    .put("status", current.text)
                    .put("call_id", callId)
                    .put("name", name)
                    .put("arguments", text);
        }
    }
}
