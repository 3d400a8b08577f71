package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Contexts: what a user keeps conversations and flows in. Somebody else's is the same {@link Problem.NotFound} as a missing one. */
public sealed interface ContextMessage extends Message {

    /** The name by which every user reaches the context that is made at first use. */
    String DEFAULT = "default";

    record Context(
            String id, String owner, String name, Optional<String> systemPrompt, Instant createdAt, Instant updatedAt)
            implements ContextMessage {}

    record Create(String owner, String name, Optional<String> systemPrompt) implements ContextMessage {}

    /** {@code id} may be {@link #DEFAULT}. */
    record Load(String owner, String id) implements ContextMessage {}

    record Listing(String owner, int limit, Optional<String> after) implements ContextMessage {}

    /** Empty parts stay as they are; {@code clearPrompt} takes the prompt away. */
    record Change(String owner, String id, Optional<String> name, Optional<String> systemPrompt, boolean clearPrompt)
            implements ContextMessage {}

    /** Remove the context with its flows and ended conversations; a running one is a {@link Problem.Conflict}. */
    record Delete(String owner, String id) implements ContextMessage {}

    record Contexts(List<Context> data, Optional<String> next) implements ContextMessage {
        public Contexts {
            data = List.copyOf(data);
        }
    }
}
