package io.parley.http.responses;

import io.parley.contract.ChatMessage;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import java.util.ArrayList;
import java.util.List;

/** Assembles messages from items: reasoning, text and tool calls of the model that belong together become one message. */
final class InputMessages {

    private final List<ChatMessage> messages = new ArrayList<>();
    private final List<Thought> thoughts = new ArrayList<>();
    private final List<Tools.Call> calls = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    private InputMessages() {}

    static List<ChatMessage> of(List<InputItem> items) {
        InputMessages assembled = new InputMessages();
        items.forEach(assembled::add);
        assembled.endAnswer();
        return List.copyOf(assembled.messages);
    }

    private void add(InputItem item) {
        switch (item) {
            case InputItem.Message(ChatMessage message) -> addMessage(message);
            case InputItem.Reasoning(Thought thought) -> {
                endTurn();
                thoughts.add(thought);
            }
            case InputItem.Call(Tools.Call call) -> calls.add(call);
            case InputItem.CallOutput(ChatMessage output) -> {
                endAnswer();
                messages.add(output);
            }
        }
    }

    private void addMessage(ChatMessage message) {
        if (message.role() == ChatMessage.Role.ASSISTANT) {
            endTurn();
            texts.add(message.content());
        } else {
            endAnswer();
            messages.add(message);
        }
    }

    /** Ends an answer that has text. One with tool calls continues until the outputs of these follow. */
    private void endTurn() {
        if (!texts.isEmpty() && calls.isEmpty()) {
            endAnswer();
        }
    }

    private void endAnswer() {
        if (!texts.isEmpty() || !calls.isEmpty()) {
            messages.add(ChatMessage.assistantToolCalls(String.join("\n\n", texts), calls)
                    .withThoughts(thoughts));
        }
        texts.clear();
        calls.clear();
        thoughts.clear();
    }
}
