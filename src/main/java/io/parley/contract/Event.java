package io.parley.contract;

/** A numbered entry of a log: part of a provider's answer or of a conversation. */
public sealed interface Event permits AnswerEvent, RunEvent {

    /** Whether this event ends the log; no event follows a terminal event. */
    boolean terminal();
}
