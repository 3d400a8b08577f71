package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.contract.ChatMessage;
import io.parley.contract.ChatMessage.Role;
import io.parley.contract.WireName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Converts messages to turns that alternate, and that begin and end with the user; Anthropic rejects anything else. */
final class AnthropicMessageWriter {

    private static final ChatMessage CONTINUE = ChatMessage.user("Please continue.");

    private AnthropicMessageWriter() {}

    static ArrayNode of(List<ChatMessage> messages) {
        ArrayNode array = ContractJson.MAPPER.createArrayNode();
        turns(messages).forEach(turn -> write(array.addObject(), turn));
        return array;
    }

    private static List<List<ChatMessage>> turns(List<ChatMessage> messages) {
        List<List<ChatMessage>> turns = new ArrayList<>();
        for (ChatMessage message : messages) {
            if (message.role() == Role.SYSTEM || isEmptyMessage(message)) {
                continue;
            }
            if (turns.isEmpty() || role(turns.getLast()) != message.role()) {
                turns.add(new ArrayList<>());
            }
            turns.getLast().add(message);
        }
        if (turns.isEmpty() || role(turns.getFirst()) == Role.ASSISTANT) {
            turns.addFirst(List.of(CONTINUE));
        }
        if (role(turns.getLast()) == Role.ASSISTANT) {
            turns.add(List.of(CONTINUE));
        }
        return turns;
    }

    private static boolean isEmptyMessage(ChatMessage message) {
        return message.content().isBlank() && AnthropicBlocks.isPlain(message);
    }

    private static Role role(List<ChatMessage> turn) {
        return turn.getFirst().role();
    }

    private static void write(ObjectNode node, List<ChatMessage> turn) {
        node.put("role", WireName.of(role(turn)));
        boolean plain = turn.stream().allMatch(AnthropicBlocks::isPlain);
        if (plain) {
            node.put("content", turn.stream().map(ChatMessage::content).collect(Collectors.joining("\n\n")));
            return;
        }
        ArrayNode blocks = node.putArray("content");
        turn.forEach(
                message -> AnthropicBlocks.result(blocks, message)); // the API requires results before other content
        turn.stream()
                .filter(message -> message.toolResult().isEmpty())
                .forEach(message -> AnthropicBlocks.content(blocks, message));
    }
}
