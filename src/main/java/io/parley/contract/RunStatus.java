package io.parley.contract;

/** Where a conversation stands. */
public enum RunStatus {
    RUNNING,
    PAUSED,
    COMPLETED,
    CANCELLED,
    ERROR,
    BUDGET;

    public boolean ended() {
        return switch (this) {
            case RUNNING, PAUSED -> false;
            case COMPLETED, CANCELLED, ERROR, BUDGET -> true;
        };
    }

    /** As written outward: {@code completed}. */
    public String wire() {
        return WireName.of(this);
    }
}
