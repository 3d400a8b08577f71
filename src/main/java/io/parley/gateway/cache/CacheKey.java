package io.parley.gateway.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.Json;
import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.contract.Sha256;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What makes two questions the same: who asks, what, and of whom. Only its digest is kept. */
record CacheKey(
        String user,
        Optional<String> apiKey,
        ModelSelection selection,
        Prompt prompt,
        Optional<String> promptVersion,
        SortedSet<String> excludedProviders) {

    /** The SHA-256 of all of it. */
    static String of(Open open) {
        return new CacheKey(
                        open.requestContext().user(),
                        open.requestContext().apiKey(),
                        open.selection(),
                        open.prompt()
                                .withMessages(withoutTimestamps(open.prompt().messages())),
                        open.options().promptVersion(),
                        new TreeSet<>(open.options().excludedProviders()))
                .digest();
    }

    /** The messages without the times they were said at. */
    private static List<ChatMessage> withoutTimestamps(List<ChatMessage> messages) {
        return messages.stream()
                .map(message -> new ChatMessage(
                        message.role(), message.content(), Optional.empty(), message.toolCalls(), message.toolResult()))
                .toList();
    }

    private String digest() {
        try {
            return Sha256.hex(Json.MAPPER.writeValueAsBytes(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
