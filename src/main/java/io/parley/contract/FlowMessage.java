package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Requests and replies of flows: tasks in a context, created by its user or extracted from a conversation. */
public sealed interface FlowMessage extends Message {

    /** The priority of a flow. */
    enum Priority {
        LOW,
        MEDIUM,
        HIGH
    }

    /** Whether a flow is done. */
    enum Status {
        OPEN,
        DONE
    }

    /**
     * The content of a flow. {@code dueDate} is an ISO-8601 date or instant, kept as the client sent it;
     * {@code sourceRun} is the run it was extracted from.
     */
    record Draft(
            String title,
            Optional<String> description,
            Priority priority,
            Optional<String> dueDate,
            boolean reminderEnabled,
            Status status,
            Optional<String> sourceRun) {}

    /** A stored flow. */
    record Flow(String id, String owner, String contextId, Draft draft, Instant createdAt, Instant updatedAt)
            implements FlowMessage {}

    /** Creates a flow. Fails with {@link Problem.NotFound} when {@code owner} cannot access the context. */
    record Create(String owner, String contextId, Draft draft) implements FlowMessage {}

    /** Loads a flow of {@code owner}. */
    record Load(String owner, String id) implements FlowMessage {}

    /** Lists the flows of a context: at most {@code limit}, after the cursor {@code after}. */
    record ListFlows(String owner, String contextId, int limit, Optional<String> after) implements FlowMessage {}

    /**
     * Changes a flow. Empty fields stay unchanged; {@code clearedFields} lists the optional fields ({@link ClearableField}) to
     * remove.
     */
    record Change(
            String owner,
            String id,
            Optional<String> title,
            Optional<String> description,
            Optional<Priority> priority,
            Optional<String> dueDate,
            Optional<Boolean> reminderEnabled,
            Optional<Status> status,
            Set<ClearableField> clearedFields)
            implements FlowMessage {
        public Change {
            clearedFields = Set.copyOf(clearedFields);
        }
    }

    /** The optional fields of a flow that can be removed. */
    enum ClearableField {
        DESCRIPTION,
        DUE_DATE
    }

    /** Deletes a flow of {@code owner}. */
    record Delete(String owner, String id) implements FlowMessage {}

    /** A page of flows; {@code next} is the cursor of the next page. */
    record Flows(List<Flow> data, Optional<String> next) implements FlowMessage {
        public Flows {
            data = List.copyOf(data);
        }
    }

    /**
     * Extracts flows from a conversation and stores them in the context. A failure of the model is reported in
     * {@link Extracted}, not as a problem.
     * @param callId chosen by the requester, so that it can cancel
     */
    record Extract(
            String callId,
            RequestContext requestContext,
            String contextId,
            ModelSelection selection,
            List<ChatMessage> messages)
            implements FlowMessage {
        public Extract {
            messages = List.copyOf(messages);
        }
    }

    /** The flows that were stored; {@code ok} is false when the model gave no usable answer. */
    record Extracted(boolean ok, List<Flow> flows, Usage usage) implements FlowMessage {
        public Extracted {
            flows = List.copyOf(flows);
        }
    }
}
