package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Requests and replies of contexts, which group a user's conversations and flows. A context of another user is
 * reported as {@link Problem.NotFound}, like a missing one.
 */
public sealed interface ContextMessage extends Message {

    /** The id that resolves to each user's own default context, which is created on first use. */
    String DEFAULT = "default";

    /** A stored context. */
    record Context(
            String id, String owner, String name, Optional<String> systemPrompt, Instant createdAt, Instant updatedAt)
            implements ContextMessage {}

    /** Creates a context for {@code owner}. */
    record Create(String owner, String name, Optional<String> systemPrompt) implements ContextMessage {}

    /** Loads a context; {@code id} may be {@link #DEFAULT}. */
    record Load(String owner, String id) implements ContextMessage {}

    /** Lists the contexts of {@code owner}: at most {@code limit}, after the cursor {@code after}. */
    record ListContexts(String owner, int limit, Optional<String> after) implements ContextMessage {}

    /** Changes a context. Empty fields stay unchanged; {@code clearPrompt} removes the system prompt. */
    record Change(String owner, String id, Optional<String> name, Optional<String> systemPrompt, boolean clearPrompt)
            implements ContextMessage {}

    /** Deletes a context with its flows and ended conversations. */
    record Delete(String owner, String id) implements ContextMessage {}

    /** A page of contexts; {@code next} is the cursor of the next page. */
    record Contexts(List<Context> data, Optional<String> next) implements ContextMessage {
        public Contexts {
            data = List.copyOf(data);
        }
    }
}
