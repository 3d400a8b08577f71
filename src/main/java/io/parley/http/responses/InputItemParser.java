package io.parley.http.responses;

import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parses the items of an input in order. Rejects the output of a tool call that no item before it has made. */
final class InputItemParser {

    static final int MAX_ITEMS = 10_000;
    static final String REFERENCE = "item_reference";

    /** Fields that items have when they are sent back as they were received. */
    private static final List<String> ITEM_FIELDS = List.of("id", "status");

    private static final int MAX_SUMMARIES = 1_000;
    private static final TextRule CALL_ID =
            new TextRule("length", "must have 1 to 256 characters", text -> !text.isEmpty() && text.length() <= 256);

    private enum Role {
        USER,
        ASSISTANT,
        SYSTEM,
        DEVELOPER
    }

    private final ResponseHistory history;
    private final Set<String> callIds = new HashSet<>();
    private final Set<String> references = new HashSet<>();

    /** @param history the items that precede the input, and those that it refers to */
    InputItemParser(ResponseHistory history) {
        this.history = history;
        history.items().forEach(this::remember);
    }

    /** Reads one item; empty if it has no effect or is invalid. */
    Optional<InputItem> read(JsonFields item) {
        ITEM_FIELDS.forEach(item::any);
        Optional<InputItem> parsed =
                switch (item.optionalText("type", TextRule.ANY).orElse("message")) {
                    case "message" -> Optional.of(new InputItem.Message(message(item)));
                    case "function_call" -> Optional.of(call(item));
                    case "function_call_output" -> Optional.of(output(item));
                    case "reasoning" -> reasoning(item).map(InputItem.Reasoning::new);
                    case REFERENCE -> reference(item);
                    default -> {
                        item.check("type", false, "unsupported", "is not a supported type of item");
                        yield Optional.empty();
                    }
                };
        parsed.ifPresent(this::remember);
        return parsed;
    }

    private void remember(InputItem item) {
        if (item instanceof InputItem.Call made) {
            callIds.add(made.call().id());
        }
    }

    private static ChatMessage message(JsonFields item) {
        Role role = item.oneOf("role", Role.class, Role.USER);
        List<ContentPart> parts = InputParts.read(item, "content");
        boolean plain = parts.stream().allMatch(ContentPart.Text.class::isInstance);
        item.check(
                "content", plain || role == Role.USER, "unsupported", "only user messages may have images and files");
        ChatMessage empty = switch (role) {
            case USER -> ChatMessage.user("");
            case ASSISTANT -> ChatMessage.assistant("");
            case SYSTEM, DEVELOPER -> ChatMessage.system("");
        };
        return empty.withParts(parts);
    }

    private static InputItem.Call call(JsonFields item) {
        String arguments = item.text("arguments", TextRule.ANY);
        return new InputItem.Call(item.place(new Tools.Call(
                item.text("call_id", CALL_ID), item.text("name", CALL_ID), arguments.isBlank() ? "{}" : arguments)));
    }

    private InputItem.CallOutput output(JsonFields item) {
        String callId = item.text("call_id", CALL_ID);
        item.check(
                "call_id",
                callIds.contains(callId),
                "reference",
                "must be the call_id of a function_call before it, in input or in the previous response");
        return new InputItem.CallOutput(
                ChatMessage.toolResult(new Tools.Result(callId, false), "").withParts(InputParts.read(item, "output")));
    }

    private static Optional<Thought> reasoning(JsonFields item) {
        String text = Stream.concat(texts(item, "summary"), texts(item, "content"))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n\n"));
        Optional<String> encrypted =
                item.optionalText("encrypted_content", TextRule.ANY).filter(data -> !data.isEmpty());
        return EncryptedReasoning.thought(text, encrypted);
    }

    private static Stream<String> texts(JsonFields item, String name) {
        return item.any(name).isEmpty()
                ? Stream.empty()
                : item.objects(name, 0, MAX_SUMMARIES, part -> part.text("text", TextRule.ANY)).stream();
    }

    private Optional<InputItem> reference(JsonFields item) {
        Optional<ResponseHistory.Item> stored =
                Optional.ofNullable(history.referenced().get(item.text("id", TextRule.ANY)));
        item.check("id", stored.isPresent(), "reference", "must be the id of a stored item");
        item.check("id", references.add(item.text("id", TextRule.ANY)), "duplicate", "must not be repeated");
        return stored.flatMap(ResponseHistory.Item::parsed);
    }
}
