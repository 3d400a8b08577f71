package io.parley.journal;

import io.parley.contract.RunSpec;
import java.util.Optional;

/** Collects the reasoning of one turn, for readers if the run's client asked for it, and for transcripts if the server keeps it. */
final class TurnThinking {

    private final boolean streamed;
    private final boolean kept;
    private final StringBuilder text = new StringBuilder();

    /** @param kept whether the reasoning is stored with the complete turn */
    TurnThinking(RunSpec spec, boolean kept) {
        this.streamed = spec.thinking();
        this.kept = kept;
    }

    /** Whether the reasoning is part of the log, fragment by fragment. */
    boolean streamed() {
        return streamed;
    }

    void append(String delta) {
        if (kept) {
            text.append(delta);
        }
    }

    /** Discards the reasoning of a failed attempt. */
    void reset() {
        text.setLength(0);
    }

    /** The complete reasoning; empty if the model did not reason or its reasoning is not kept. */
    Optional<String> text() {
        return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
    }
}
