package io.parley.contract;

import java.util.Optional;

/**
 * A block of a model's reasoning in the history of a conversation. Only the provider that made it can use its signature.
 * @param text the readable text; if {@code redacted}, the encrypted data
 * @param signature the provider's signature, if there is one
 * @param redacted whether only the provider can read it
 */
public record Thought(String text, Optional<String> signature, boolean redacted) {

    /** Readable text without a signature. */
    public static Thought of(String text) {
        return new Thought(text, Optional.empty(), false);
    }
}
