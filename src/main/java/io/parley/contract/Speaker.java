package io.parley.contract;

import java.util.Locale;

/** Whose turn it is: the one assistant of a chat, or one of two bots. */
public enum Speaker {
    ASSISTANT,
    BOT0,
    BOT1;

    /** As written outward: {@code bot0}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
