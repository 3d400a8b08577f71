package io.parley.contract;

/** Why the model ended its answer; clients see the lower-case name. */
public enum FinishReason {
    STOP,
    LENGTH,
    FILTER,
    TOOL_CALLS,
    CANCELLED;

    /** The lower-case name used in the API: {@code tool_calls}. */
    public String wireName() {
        return WireName.of(this);
    }
}
