package io.parley.provider.profile;

import io.parley.contract.ChatMessage;
import io.parley.contract.ChatMessage.Role;
import io.parley.contract.ContentPart;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Orders messages as the chat templates of most models require: one system message, the first, and no two neighbours of one role.
 * Results of tools stay messages of their own.
 */
final class MessageNormalizer {

    private static final String SEPARATOR = "\n\n";

    private MessageNormalizer() {}

    static List<ChatMessage> normalized(List<ChatMessage> messages) {
        List<ChatMessage> ordered = new ArrayList<>();
        Stream.concat(
                        messages.stream().filter(message -> message.role() == Role.SYSTEM),
                        messages.stream().filter(message -> message.role() != Role.SYSTEM))
                .forEach(message -> {
                    if (!ordered.isEmpty() && joinable(ordered.getLast(), message)) {
                        ordered.add(joined(ordered.removeLast(), message));
                    } else {
                        ordered.add(message);
                    }
                });
        return ordered;
    }

    private static boolean joinable(ChatMessage one, ChatMessage next) {
        return one.role() == next.role()
                && one.toolResult().isEmpty()
                && next.toolResult().isEmpty();
    }

    private static ChatMessage joined(ChatMessage one, ChatMessage next) {
        boolean plain = one.parts().isEmpty() && next.parts().isEmpty();
        return new ChatMessage(
                one.role(),
                joined(one.content(), next.content()),
                one.timestamp(),
                concat(one.toolCalls(), next.toolCalls()),
                one.toolResult(),
                plain ? List.of() : concat(parts(one), parts(next)),
                concat(one.thoughts(), next.thoughts()));
    }

    private static String joined(String one, String next) {
        return one.isBlank() ? next : next.isBlank() ? one : one + SEPARATOR + next;
    }

    private static List<ContentPart> parts(ChatMessage message) {
        return message.parts().isEmpty() && !message.content().isBlank()
                ? List.of(new ContentPart.Text(message.content()))
                : message.parts();
    }

    private static <T> List<T> concat(List<T> one, List<T> next) {
        return Stream.concat(one.stream(), next.stream()).toList();
    }
}
