package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.json.JsonNesting;

/** One content block of a streamed message, and what of it is held back. */
final class AnthropicSseBlock {

    enum Kind {
        TEXT,
        THINKING,
        REDACTED,
        TOOL_CALL
    }

    private final Kind kind;
    private final ObjectNode start;
    private final StringBuilder held = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private final JsonNesting arguments = new JsonNesting();
    private boolean open;
    private boolean hasArguments;
    private boolean wholeArguments;

    private AnthropicSseBlock(Kind kind, ObjectNode start) {
        this.kind = kind;
        this.start = start;
    }

    static AnthropicSseBlock text() {
        return new AnthropicSseBlock(Kind.TEXT, AnthropicViews.text(""));
    }

    static AnthropicSseBlock thinking() {
        return new AnthropicSseBlock(Kind.THINKING, AnthropicViews.thinking("", ""));
    }

    static AnthropicSseBlock redacted(String data) {
        return new AnthropicSseBlock(Kind.REDACTED, AnthropicViews.redacted(data));
    }

    static AnthropicSseBlock toolCall(String id, String name) {
        return new AnthropicSseBlock(Kind.TOOL_CALL, AnthropicViews.call(id, name));
    }

    Kind kind() {
        return kind;
    }

    /** The block without what its deltas add. */
    ObjectNode start() {
        return start;
    }

    /** The type of its deltas and the name of their text. */
    String deltaType() {
        return switch (kind) {
            case TEXT -> "\"text_delta\",\"text\":";
            case THINKING -> "\"thinking_delta\",\"thinking\":";
            case TOOL_CALL -> "\"input_json_delta\",\"partial_json\":";
            case REDACTED -> throw new IllegalStateException("a redacted block has no deltas");
        };
    }

    boolean isOpen() {
        return open;
    }

    void open() {
        open = true;
    }

    /** Adds text that is held back. */
    void append(String text) {
        follow(text);
        held.append(text);
    }

    /** Notices where the arguments of a call end. */
    void follow(String text) {
        hasArguments |= !text.isBlank();
        for (int at = 0; kind == Kind.TOOL_CALL && at < text.length(); at++) {
            wholeArguments |= arguments.ends(text.charAt(at));
        }
    }

    /** Removes and returns the text that is held back. */
    String takeHeld() {
        String text = held.toString();
        held.setLength(0);
        return text;
    }

    /** Adds a piece of the signature; it is written as one, because clients keep only the last. */
    void sign(String text) {
        signature.append(text);
    }

    /** Whether it is a call that was cut before its arguments; clients expect some. */
    boolean lacksArguments() {
        return kind == Kind.TOOL_CALL && !hasArguments;
    }

    boolean signed() {
        return !signature.isEmpty();
    }

    String signature() {
        return signature.toString();
    }

    /** Whether the block is complete when another one follows; a call is not before its arguments are. */
    boolean complete() {
        return kind != Kind.TOOL_CALL || wholeArguments;
    }
}
