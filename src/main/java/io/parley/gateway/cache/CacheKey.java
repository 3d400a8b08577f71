package io.parley.gateway.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.ContractJson;
import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.ModelSelection;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import io.parley.contract.Sha256;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Identifies equal requests: same user and API key, same prompt and options, same body byte for byte if it may be passed on as it is, same providers. Only the digest is stored. */
record CacheKey(
        String user,
        Optional<String> apiKey,
        ModelSelection selection,
        Prompt prompt,
        Optional<String> promptVersion,
        Optional<NativeRequest> nativeRequest,
        SortedSet<String> excludedProviders) {

    /** The SHA-256 of all components, in hexadecimal. */
    static String of(Open open) {
        return new CacheKey(
                        open.requestContext().user(),
                        open.requestContext().apiKey(),
                        open.selection(),
                        open.prompt()
                                .withMessages(withoutTimestamps(open.prompt().messages())),
                        open.options().promptVersion(),
                        open.nativeRequest(),
                        new TreeSet<>(open.options().excludedProviders()))
                .digest();
    }

    private static List<ChatMessage> withoutTimestamps(List<ChatMessage> messages) {
        return messages.stream().map(ChatMessage::withoutTimestamp).toList();
    }

    private String digest() {
        try {
            return Sha256.hex(ContractJson.MAPPER.writeValueAsBytes(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
