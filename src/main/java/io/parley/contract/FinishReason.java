package io.parley.contract;

/** Why an answer ended, in the words that clients see in lower case. */
public enum FinishReason {
    STOP,
    LENGTH,
    FILTER,
    TOOL_CALLS,
    CANCELLED;

    /** As written outward: {@code tool_calls}. */
    public String wire() {
        return WireName.of(this);
    }
}
