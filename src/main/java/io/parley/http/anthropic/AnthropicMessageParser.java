package io.parley.http.anthropic;

import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Parses one message of Anthropic's format, block by block. Puts tool results before the other content of the same message. */
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
        IMAGE,
        DOCUMENT,
        TOOL_USE,
        TOOL_RESULT,
        THINKING,
        REDACTED_THINKING
    }

    private final List<ContentPart> parts = new ArrayList<>();
    private final List<Thought> thoughts = new ArrayList<>();
    private final List<Tools.Call> calls = new ArrayList<>();
    private final List<ChatMessage> results = new ArrayList<>();

    private AnthropicMessageParser() {}

    /** Returns the messages that one message stands for; none if it is empty. */
    static List<ChatMessage> read(JsonFields message) {
        Role role = message.oneOf("role", Role.class, Role.USER);
        AnthropicMessageParser turn = new AnthropicMessageParser();
        if (message.isList("content")) {
            message.objects("content", 0, MAX_BLOCKS, turn::block);
        } else {
            turn.parts.add(new ContentPart.Text(message.text("content", TextRule.ANY)));
        }
        boolean textOnly = turn.parts.stream().allMatch(ContentPart.Text.class::isInstance);
        message.check(
                "content",
                textOnly || role == Role.USER,
                "unsupported",
                "only text is supported in a message of this role");
        return switch (role) {
            case USER -> turn.userMessages();
            case ASSISTANT -> turn.assistantMessages();
            case SYSTEM -> List.of(withParts(ChatMessage.system(""), turn.parts));
        };
    }

    private Optional<Block> block(JsonFields block) {
        block.require("type");
        Optional<Block> known = block.optionalOneOf("type", Block.class);
        known.ifPresent(type -> {
            switch (type) {
                case TEXT, IMAGE, DOCUMENT ->
                    AnthropicContentParts.read(block).map(block::place).ifPresent(parts::add);
                case TOOL_USE -> calls.add(call(block));
                case TOOL_RESULT -> results.add(result(block));
                case THINKING ->
                    thoughts.add(new Thought(
                            block.text("thinking", TextRule.ANY),
                            block.optionalText("signature", TextRule.ANY).filter(signature -> !signature.isEmpty()),
                            false));
                case REDACTED_THINKING ->
                    thoughts.add(new Thought(block.text("data", TextRule.ANY), Optional.empty(), true));
            }
        });
        return known;
    }

    /** Some clients send an empty text instead of an object without fields. */
    private static Tools.Call call(JsonFields block) {
        boolean empty = block.any("input")
                .filter(input -> !(input.isTextual() && input.textValue().isBlank()))
                .isEmpty();
        return new Tools.Call(
                block.text("id", ID),
                block.text("name", AnthropicTools.NAME),
                empty ? "{}" : block.optionalJson("input").orElse("{}"));
    }

    private static ChatMessage result(JsonFields block) {
        ChatMessage result = ChatMessage.toolResult(
                new Tools.Result(
                        block.text("tool_use_id", ID),
                        block.optionalFlag("is_error").orElse(false)),
                "");
        List<ContentPart> content = block.isList("content")
                ? block
                        .objects(
                                "content",
                                0,
                                MAX_BLOCKS,
                                part -> AnthropicContentParts.read(part).map(part::place))
                        .stream()
                        .flatMap(Optional::stream)
                        .toList()
                : block.optionalText("content", TextRule.ANY).stream()
                        .<ContentPart>map(ContentPart.Text::new)
                        .toList();
        return withParts(result, content);
    }

    /** Adds the content to a message; texts alone are joined as paragraphs. */
    private static ChatMessage withParts(ChatMessage message, List<ContentPart> content) {
        if (!content.stream().allMatch(ContentPart.Text.class::isInstance)) {
            return message.withParts(content);
        }
        String text = content.stream()
                .map(part -> ((ContentPart.Text) part).text())
                .filter(paragraph -> !paragraph.isEmpty())
                .collect(Collectors.joining("\n\n"));
        return message.withParts(List.of(new ContentPart.Text(text)));
    }

    private List<ChatMessage> userMessages() {
        List<ChatMessage> messages = new ArrayList<>(results);
        ChatMessage user = withParts(ChatMessage.user(""), parts);
        if (!user.content().isEmpty() || !user.parts().isEmpty()) {
            messages.add(user);
        }
        return messages;
    }

    private List<ChatMessage> assistantMessages() {
        ChatMessage assistant =
                withParts(ChatMessage.assistantToolCalls("", calls), parts).withThoughts(thoughts);
        boolean empty =
                assistant.content().isEmpty() && assistant.parts().isEmpty() && calls.isEmpty() && thoughts.isEmpty();
        return empty ? List.of() : List.of(assistant);
    }
}
