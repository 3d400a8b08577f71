package io.parley.provider.response;

import io.parley.contract.AnswerEvent.ThinkingKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Follows the content blocks of one message; ignores all pieces of blocks of unknown types, for example of tools that the provider runs. */
public final class AnthropicBlockTracker {

    /** The index of a piece that has none: it belongs to the latest block. */
    static final int NO_INDEX = -1;

    private final Map<Integer, Block> open = new TreeMap<>();
    private int latest = -1;

    void start(int index, AnthropicBlockFields fields, List<Signal> signals) {
        latest = index == NO_INDEX ? latest + 1 : index;
        open.put(latest, new Block(fields.type, fields.input));
        switch (fields.type) {
            case "text" -> text(fields, signals);
            case "thinking" -> thinking(fields, signals);
            case "redacted_thinking" -> thinking(ThinkingKind.REDACTED, fields.data, signals);
            case "tool_use" -> signals.add(new Signal.ToolCallPiece(latest, 0, fields.id, fields.name, "", false));
            default -> {} // unknown types
        }
    }

    void delta(int index, AnthropicBlockFields fields, List<Signal> signals) {
        int at = index == NO_INDEX ? latest : index;
        Optional<Block> block = Optional.ofNullable(open.get(at));
        switch (block.map(known -> known.type).orElse("")) {
            case "text" -> text(fields, signals);
            case "thinking" -> thinking(fields, signals);
            case "tool_use" -> {
                block.ifPresent(call -> call.hasArguments |= !fields.partialJson.isEmpty());
                signals.add(new Signal.ToolCallPiece(at, 0, "", "", fields.partialJson, false));
            }
            case "" -> {
                text(fields, signals); // of a block without a start
                thinking(fields, signals);
            }
            default -> {} // unknown types
        }
    }

    void stop(int index, List<Signal> signals) {
        int at = index == NO_INDEX ? latest : index;
        Optional.ofNullable(open.remove(at)).ifPresent(block -> stop(at, block, signals));
    }

    /** Ends the blocks that were not ended. */
    void stopAll(List<Signal> signals) {
        open.forEach((index, block) -> stop(index, block, signals));
        open.clear();
    }

    /** Reads a block that is sent in one piece. */
    void whole(AnthropicBlockFields fields, List<Signal> signals) {
        start(NO_INDEX, fields, signals);
        stop(NO_INDEX, signals);
    }

    private static void stop(int index, Block block, List<Signal> signals) {
        if (!block.type.equals("tool_use")) {
            return;
        }
        if (!block.hasArguments && !block.input.isEmpty() && !block.input.equals("{}")) {
            signals.add(new Signal.ToolCallPiece(index, 0, "", "", block.input, false));
        }
        signals.add(new Signal.ToolCallEnd(index));
    }

    private static void text(AnthropicBlockFields fields, List<Signal> signals) {
        if (!fields.text.isEmpty()) {
            signals.add(new Signal.Text(fields.text));
        }
    }

    private static void thinking(AnthropicBlockFields fields, List<Signal> signals) {
        thinking(ThinkingKind.TEXT, fields.thinking, signals);
        thinking(ThinkingKind.SIGNATURE, fields.signature, signals);
    }

    private static void thinking(ThinkingKind kind, String text, List<Signal> signals) {
        if (!text.isEmpty()) {
            signals.add(new Signal.Thinking(kind, text));
        }
    }

    private static final class Block {
        private final String type;
        private final String input;
        private boolean hasArguments;

        private Block(String type, String input) {
            this.type = type;
            this.input = input;
        }
    }
}
