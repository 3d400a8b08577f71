package io.parley.contract;

/** Who speaks a turn: the assistant of a chat, or one of two bots. */
public enum Speaker {
    ASSISTANT,
    BOT0,
    BOT1;

    /** The lower-case name used in the API: {@code bot0}. */
    public String wireName() {
        return WireName.of(this);
    }
}
