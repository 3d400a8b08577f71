package io.parley.contract;

/** The status of a run. */
public enum RunStatus {
    RUNNING,
    PAUSED,
    COMPLETED,
    CANCELLED,
    ERROR,
    BUDGET;

    /** Whether the status is final. */
    public boolean ended() {
        return switch (this) {
            case RUNNING, PAUSED -> false;
            case COMPLETED, CANCELLED, ERROR, BUDGET -> true;
        };
    }

    /** The lower-case name used in the API: {@code completed}. */
    public String wireName() {
        return WireName.of(this);
    }
}
