package io.parley.contract;

/** Why the model ended its answer; clients see the lower-case name. */
public enum FinishReason {
    STOP,
    LENGTH,
    FILTER,
    TOOL_CALLS,
    /** The provider paused a long turn; the client continues it with the answer as history. */
    PAUSE,
    CANCELLED;

    /** The lower-case name used in the API: {@code tool_calls}. */
    public String wireName() {
        return WireName.of(this);
    }
}
