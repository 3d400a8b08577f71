package io.parley.provider;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Json;
import io.parley.contract.ChatMessage;
import io.parley.contract.ChatMessage.Role;
import io.parley.contract.WireName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Converts messages to turns that alternate, and that begin and end with the user; Anthropic rejects anything else. */
final class AnthropicMessages {

    private static final ChatMessage GO_ON = ChatMessage.user("Please continue.");

    private AnthropicMessages() {}

    static ArrayNode of(List<ChatMessage> messages) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        turns(messages).forEach(turn -> write(array.addObject(), turn));
        return array;
    }

    private static List<List<ChatMessage>> turns(List<ChatMessage> messages) {
        List<List<ChatMessage>> turns = new ArrayList<>();
        for (ChatMessage said : messages) {
            if (said.role() == Role.SYSTEM || silent(said)) {
                continue;
            }
            if (turns.isEmpty() || speaker(turns.getLast()) != said.role()) {
                turns.add(new ArrayList<>());
            }
            turns.getLast().add(said);
        }
        if (turns.isEmpty() || speaker(turns.getFirst()) == Role.ASSISTANT) {
            turns.addFirst(List.of(GO_ON));
        }
        if (speaker(turns.getLast()) == Role.ASSISTANT) {
            turns.add(List.of(GO_ON));
        }
        return turns;
    }

    private static boolean silent(ChatMessage said) {
        return said.content().isBlank()
                && said.calls().isEmpty()
                && said.result().isEmpty();
    }

    private static Role speaker(List<ChatMessage> turn) {
        return turn.getFirst().role();
    }

    private static void write(ObjectNode message, List<ChatMessage> turn) {
        message.put("role", WireName.of(speaker(turn)));
        boolean plain = turn.stream()
                .allMatch(said -> said.calls().isEmpty() && said.result().isEmpty());
        if (plain) {
            message.put("content", turn.stream().map(ChatMessage::content).collect(Collectors.joining("\n\n")));
            return;
        }
        ArrayNode blocks = message.putArray("content");
        turn.forEach(said -> result(blocks, said)); // the API requires results before other content
        turn.stream().filter(said -> said.result().isEmpty()).forEach(said -> words(blocks, said));
    }

    private static void result(ArrayNode blocks, ChatMessage said) {
        said.result().ifPresent(result -> {
            ObjectNode block = blocks.addObject()
                    .put("type", "tool_result")
                    .put("tool_use_id", result.callId())
                    .put("content", said.content());
            if (result.failed()) {
                block.put("is_error", true);
            }
        });
    }

    private static void words(ArrayNode blocks, ChatMessage said) {
        if (!said.content().isBlank()) {
            blocks.addObject().put("type", "text").put("text", said.content());
        }
        said.calls()
                .forEach(call -> blocks.addObject()
                        .put("type", "tool_use")
                        .put("id", call.id())
                        .put("name", call.name())
                        .set("input", RequestBody.json(call.arguments())));
    }
}
