package io.parley.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.Json;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Prompt;
import io.parley.contract.ChatMessage;
import io.parley.contract.Sha256;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What makes two questions the same: who asks, what, and of whom. Only its digest is kept. */
record CacheKey(
        String user,
        Optional<String> apiKey,
        ModelSelection choice,
        Prompt prompt,
        Optional<String> promptVersion,
        SortedSet<String> broken) {

    /** The SHA-256 of all of it. */
    static String of(Open open) {
        return new CacheKey(
                        open.origin().user(),
                        open.origin().apiKey(),
                        open.choice(),
                        open.prompt().with(timeless(open.prompt().messages())),
                        open.terms().promptVersion(),
                        new TreeSet<>(open.terms().broken()))
                .digest();
    }

    /** The messages without the times they were said at. */
    private static List<ChatMessage> timeless(List<ChatMessage> messages) {
        return messages.stream()
                .map(said -> new ChatMessage(said.role(), said.content(), Optional.empty(), said.calls(), said.result()))
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
