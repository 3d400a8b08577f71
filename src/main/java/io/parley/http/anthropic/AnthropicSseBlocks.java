package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.json.JsonStringWriter;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the content blocks of a message, of which only one is open at a time. The first block that is not complete is streamed; what
 * belongs to later blocks is held back until then, because calls and text may be interleaved.
 */
final class AnthropicSseBlocks {

    private final Deque<AnthropicSseBlock> unwritten = new ArrayDeque<>();
    private final Map<Integer, AnthropicSseBlock> calls = new HashMap<>();
    private int index = -1;
    private String beforeDelta = "";

    void text(Buffer out, String text) {
        AnthropicSseBlock block = last(AnthropicSseBlock.Kind.TEXT).orElseGet(() -> add(AnthropicSseBlock.text()));
        append(out, block, text);
    }

    void thinking(Buffer out, Thinking thinking) {
        switch (thinking.kind()) {
            case TEXT -> append(out, thinkingBlock(false), thinking.text());
            case SIGNATURE -> thinkingBlock(true).sign(thinking.text());
            case REDACTED -> {
                add(AnthropicSseBlock.redacted(thinking.text()));
                advance(out);
            }
        }
    }

    /** Pieces of a call without a start, or after the end of its arguments, are ignored. */
    void toolCall(Buffer out, ToolDelta piece) {
        if (piece.id().isPresent() && piece.name().isPresent()) {
            calls.computeIfAbsent(
                    piece.index(),
                    _ -> add(AnthropicSseBlock.toolCall(
                            piece.id().get(), piece.name().get())));
        }
        AnthropicSseBlock call = calls.get(piece.index());
        if (call != null && unwritten.contains(call)) {
            append(out, call, piece.arguments());
        }
    }

    /** Writes everything that was held back. */
    void end(Buffer out) {
        while (!unwritten.isEmpty()) {
            writeFirst(out);
            closeFirst(out);
        }
    }

    /** The block that reasoning belongs to: a signature ends its text. */
    private AnthropicSseBlock thinkingBlock(boolean signature) {
        return last(AnthropicSseBlock.Kind.THINKING)
                .filter(block -> signature || !block.signed())
                .orElseGet(() -> add(AnthropicSseBlock.thinking()));
    }

    private Optional<AnthropicSseBlock> last(AnthropicSseBlock.Kind kind) {
        return Optional.ofNullable(unwritten.peekLast()).filter(block -> block.kind() == kind);
    }

    private AnthropicSseBlock add(AnthropicSseBlock block) {
        unwritten.add(block);
        return block;
    }

    private void append(Buffer out, AnthropicSseBlock block, String text) {
        if (block.isOpen() && unwritten.size() == 1) { // nearly always
            block.follow(text);
            writeDelta(out, block, text);
        } else {
            block.append(text);
            advance(out);
        }
    }

    private void advance(Buffer out) {
        writeFirst(out);
        while (unwritten.size() > 1 && unwritten.getFirst().complete()) {
            closeFirst(out);
            writeFirst(out);
        }
    }

    private void writeFirst(Buffer out) {
        AnthropicSseBlock first = unwritten.getFirst();
        if (!first.isOpen()) {
            first.open();
            index++;
            ObjectNode start = AnthropicSse.event("content_block_start").put("index", index);
            start.set("content_block", first.start());
            AnthropicSse.write(out, start);
            beforeDelta = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" + index
                    + ",\"delta\":{\"type\":";
        }
        writeDelta(out, first, first.takeHeld());
    }

    private void writeDelta(Buffer out, AnthropicSseBlock block, String text) {
        if (!text.isEmpty()) {
            out.appendString(beforeDelta).appendString(block.deltaType());
            JsonStringWriter.append(out, text);
            out.appendString("}}\n\n");
        }
    }

    private void closeFirst(Buffer out) {
        AnthropicSseBlock first = unwritten.removeFirst();
        if (first.lacksArguments()) {
            writeDelta(out, first, "{}");
        }
        if (first.signed()) {
            out.appendString(beforeDelta).appendString("\"signature_delta\",\"signature\":");
            JsonStringWriter.append(out, first.signature());
            out.appendString("}}\n\n");
        }
        AnthropicSse.write(out, AnthropicSse.event("content_block_stop").put("index", index));
    }
}
