package io.parley.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.Json;
import io.parley.contract.Choice;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Prompt;
import io.parley.contract.Said;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/** What makes two questions the same: who asks, what, and of whom. Only its digest is kept. */
record CacheKey(
        String user,
        Optional<String> apiKey,
        Choice choice,
        List<Message> messages,
        OptionalDouble temperature,
        OptionalInt maxTokens,
        Optional<Prompt.AnswerSchema> schema,
        Optional<String> promptVersion,
        SortedSet<String> broken) {

    /** A message without the time it was said at. */
    record Message(Said.Role role, String content) {}

    /** The SHA-256 of all of it. */
    static String of(Open open) {
        Prompt prompt = open.prompt();
        return new CacheKey(
                        open.origin().user(),
                        open.origin().apiKey(),
                        open.choice(),
                        prompt.messages().stream()
                                .map(said -> new Message(said.role(), said.content()))
                                .toList(),
                        prompt.temperature(),
                        prompt.maxTokens(),
                        prompt.schema(),
                        open.terms().promptVersion(),
                        new TreeSet<>(open.terms().broken()))
                .digest();
    }

    private String digest() {
        try {
            byte[] all = MessageDigest.getInstance("SHA-256").digest(Json.MAPPER.writeValueAsBytes(this));
            return HexFormat.of().formatHex(all);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
