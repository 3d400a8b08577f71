package io.parley.http.anthropic;

import io.parley.contract.ChatMessage;
import io.parley.contract.Tools;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.ArrayList;
import java.util.List;

/** Parses one message of Anthropic's format, block by block. Puts tool results before the text of the same message. */
final class AnthropicMessageParser {

    private static final TextRule ID = TextRule.matching("[!-~]{1,256}", "must be 1 to 256 visible ASCII characters");

    private static final int MAX_BLOCKS = 10_000;

    private enum Role {
        USER,
        ASSISTANT,
        SYSTEM
    }

    private enum Block {
        TEXT,
        TOOL_USE,
        TOOL_RESULT,
        /** Ignored: a thinking block is signed for one provider, and other providers cannot use it. */
        THINKING,
        REDACTED_THINKING
    }

    private final StringBuilder text = new StringBuilder();
    private final List<Tools.Call> calls = new ArrayList<>();
    private final List<ChatMessage> results = new ArrayList<>();

    private AnthropicMessageParser() {}

    /** Returns the messages that one message stands for; none if it only has thinking blocks. */
    static List<ChatMessage> read(JsonFields message) {
        Role role = message.oneOf("role", Role.class, Role.USER);
        AnthropicMessageParser turn = new AnthropicMessageParser();
        if (message.isList("content")) {
            message.objects("content", 1, MAX_BLOCKS, turn::block);
        } else {
            turn.append(message.text("content", TextRule.ANY));
        }
        return switch (role) {
            case USER -> turn.userMessages();
            case ASSISTANT -> turn.assistantMessages();
            case SYSTEM -> List.of(ChatMessage.system(turn.text.toString()));
        };
    }

    /** Returns the text of a block that must be a text block. */
    static String textOf(JsonFields block) {
        AnthropicMessageParser turn = new AnthropicMessageParser();
        turn.block(block);
        block.check("type", turn.calls.isEmpty() && turn.results.isEmpty(), "enum", "must be a text block");
        return turn.text.toString();
    }

    private Block block(JsonFields block) {
        Block type = block.oneOf("type", Block.class, Block.THINKING);
        switch (type) {
            case TEXT -> append(block.text("text", TextRule.ANY));
            case TOOL_USE -> {
                block.check("input", block.has("input"), "required", "must be given");
                calls.add(new Tools.Call(
                        block.text("id", ID),
                        block.text("name", AnthropicTools.NAME),
                        block.optionalJson("input").orElse("{}")));
            }
            case TOOL_RESULT -> results.add(result(block));
            case THINKING, REDACTED_THINKING -> {}
        }
        return type;
    }

    private static ChatMessage result(JsonFields block) {
        Tools.Result result = new Tools.Result(
                block.text("tool_use_id", ID), block.optionalFlag("is_error").orElse(false));
        String content = block.isList("content")
                ? String.join("\n\n", block.objects("content", 0, MAX_BLOCKS, AnthropicMessageParser::textOf))
                : block.optionalText("content", TextRule.ANY).orElse("");
        return ChatMessage.toolResult(result, content);
    }

    private void append(String addition) {
        text.append(text.isEmpty() || addition.isEmpty() ? "" : "\n\n").append(addition);
    }

    private List<ChatMessage> userMessages() {
        List<ChatMessage> messages = new ArrayList<>(results);
        if (!text.isEmpty()) {
            messages.add(ChatMessage.user(text.toString()));
        }
        return messages;
    }

    private List<ChatMessage> assistantMessages() {
        return text.isEmpty() && calls.isEmpty()
                ? List.of()
                : List.of(ChatMessage.assistantToolCalls(text.toString(), calls));
    }
}
