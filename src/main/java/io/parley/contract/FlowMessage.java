package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Flows: tasks that belong to a context, written by its user or found in a conversation. */
public sealed interface FlowMessage extends Message {

    enum Priority {
        LOW,
        MEDIUM,
        HIGH
    }

    enum Status {
        OPEN,
        DONE
    }

    /** What can be said of a flow. {@code dueDate} is an ISO-8601 date or instant, as given. */
    record Draft(
            String title,
            Optional<String> description,
            Priority priority,
            Optional<String> dueDate,
            boolean reminderEnabled,
            Status status,
            Optional<String> sourceRun) {}

    record Flow(String id, String owner, String contextId, Draft draft, Instant createdAt, Instant updatedAt)
            implements FlowMessage {}

    /** Answered with {@link Problem.NotFound} when the context is not {@code owner}'s. */
    record Create(String owner, String contextId, Draft draft) implements FlowMessage {}

    record Load(String owner, String id) implements FlowMessage {}

    record Listing(String owner, String contextId, int limit, Optional<String> after) implements FlowMessage {}

    /** Empty parts stay as they are; {@code cleared} names the optional parts ({@link Part}) that are taken away. */
    record Change(
            String owner,
            String id,
            Optional<String> title,
            Optional<String> description,
            Optional<Priority> priority,
            Optional<String> dueDate,
            Optional<Boolean> reminderEnabled,
            Optional<Status> status,
            Set<Part> cleared)
            implements FlowMessage {
        public Change {
            cleared = Set.copyOf(cleared);
        }
    }

    /** The parts of a flow that can be taken away. */
    enum Part {
        DESCRIPTION,
        DUE_DATE
    }

    record Delete(String owner, String id) implements FlowMessage {}

    record Flows(List<Flow> data, Optional<String> next) implements FlowMessage {
        public Flows {
            data = List.copyOf(data);
        }
    }

    /**
     * Look for tasks in what was said, and store them in the context. Never fails for a model's sake: see {@link Extracted}.
     *
     * @param callId made by the asker, so that it can cancel
     */
    record Extract(String callId, Origin origin, String contextId, Choice choice, List<Said> said)
            implements FlowMessage {
        public Extract {
            said = List.copyOf(said);
        }
    }

    /** The flows that were stored; {@code ok} is false when the model gave no usable answer. */
    record Extracted(boolean ok, List<Flow> flows, Usage usage) implements FlowMessage {
        public Extracted {
            flows = List.copyOf(flows);
        }
    }
}
