package io.parley.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.Thought;
import java.util.Optional;

/**
 * The {@code encrypted_content} of reasoning that was translated. It begins with a mark, because only providers of Anthropic's format can use
 * what follows; what OpenAI has encrypted has none.
 */
final class EncryptedReasoning {

    private static final String SIGNED = "signed:";
    private static final String REDACTED = "redacted:";

    private EncryptedReasoning() {}

    static String signed(String signature) {
        return SIGNED + signature;
    }

    static String redacted(String data) {
        return REDACTED + data;
    }

    /** The reasoning with {@code text}; without a signature if {@code encrypted} was not made by a translation. */
    static Optional<Thought> thought(String text, Optional<String> encrypted) {
        Optional<Thought> redacted = rest(encrypted, REDACTED).map(data -> new Thought(data, Optional.empty(), true));
        Optional<String> signature = rest(encrypted, SIGNED);
        return redacted.or(() -> text.isEmpty() && signature.isEmpty()
                ? Optional.empty()
                : Optional.of(new Thought(text, signature, false)));
    }

    /** Whether an input item is reasoning that OpenAI has not made and would reject. */
    static boolean isForeign(JsonNode item) {
        String encrypted = item.path("encrypted_content").asText("");
        return item.path("type").asText("").equals("reasoning")
                && (encrypted.startsWith(SIGNED)
                        || encrypted.startsWith(REDACTED)
                        || ResponseStore.isOwnItem(item.path("id").asText("")));
    }

    private static Optional<String> rest(Optional<String> text, String prefix) {
        return text.filter(value -> value.startsWith(prefix)).map(value -> value.substring(prefix.length()));
    }
}
