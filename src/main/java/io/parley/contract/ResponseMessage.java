package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Requests and replies of the store about the responses that {@code /v1/responses} keeps. A response of another user and an
 * expired one are reported as {@link Problem.NotFound}, like a missing one.
 */
public sealed interface ResponseMessage extends Message {

    /**
     * A stored response.
     * @param previous id of the response that it continues
     * @param json the response and the input it answers, as JSON text; the store does not interpret it
     */
    record StoredResponse(String user, String id, Optional<String> previous, String json, Instant expiresAt)
            implements ResponseMessage {

        /** Contains no text of the conversation. */
        @Override
        public String toString() {
            return "StoredResponse[id=" + id + "]";
        }
    }

    /** Stores a response. Fails with {@link Problem.Conflict} when its id exists. */
    record Put(StoredResponse response) implements ResponseMessage {}

    /** Loads a response. If {@code keepUntil} is given and the response would expire much earlier, it is kept until then. */
    record Load(String user, String id, Optional<Instant> keepUntil) implements ResponseMessage {}

    /** Loads a response and all that it continues, and keeps them as {@link Load} does. */
    record LoadConversation(String user, String id, Instant keepUntil) implements ResponseMessage {}

    /** The responses of a conversation, oldest first. */
    record Conversation(List<StoredResponse> responses) implements ResponseMessage {
        public Conversation {
            responses = List.copyOf(responses);
        }
    }

    /** Deletes a response. */
    record Delete(String user, String id) implements ResponseMessage {}
}
