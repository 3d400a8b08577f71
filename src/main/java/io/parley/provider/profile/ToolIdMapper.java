package io.parley.provider.profile;

import io.parley.config.ToolIdFormat;
import io.parley.contract.ChatMessage;
import io.parley.contract.Tools;
import java.util.List;

/** Replaces ids of tool calls that a provider does not accept, in calls and in their results alike. */
final class ToolIdMapper {

    private ToolIdMapper() {}

    static List<ChatMessage> mapped(List<ChatMessage> messages, ToolIdFormat format) {
        return messages.stream().map(message -> mapped(message, format)).toList();
    }

    private static ChatMessage mapped(ChatMessage message, ToolIdFormat format) {
        if (message.toolCalls().isEmpty() && message.toolResult().isEmpty()) {
            return message;
        }
        return new ChatMessage(
                message.role(),
                message.content(),
                message.timestamp(),
                message.toolCalls().stream()
                        .map(call -> new Tools.Call(format.accepted(call.id()), call.name(), call.arguments()))
                        .toList(),
                message.toolResult().map(result -> new Tools.Result(format.accepted(result.callId()), result.failed())),
                message.parts(),
                message.thoughts());
    }
}
