package io.parley.contract;

/** Whose turn it is: the one assistant of a chat, or one of two bots. */
public enum Speaker {
    ASSISTANT,
    BOT0,
    BOT1;

    /** As written outward: {@code bot0}. */
    public String wire() {
        return WireName.of(this);
    }
}
