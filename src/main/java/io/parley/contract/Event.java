package io.parley.contract;

/** One numbered entry of a log: part of a vendor's answer, or of a conversation. */
public sealed interface Event permits AnswerEvent, RunEvent {

    /** Whether the log ends here; nothing ever follows a terminal event. */
    boolean terminal();
}
