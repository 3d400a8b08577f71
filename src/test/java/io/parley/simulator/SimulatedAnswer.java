package io.parley.simulator;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What the model answers.
 *
 * @param thoughts "" if it was not asked to think
 * @param text "" if it only calls tools
 */
record SimulatedAnswer(String thoughts, String text, List<Call> calls) {

    static final int INPUT = 20;
    /** Part of {@link #INPUT}. */
    static final int CACHED = 5;

    static final int OUTPUT = 7;
    /** Part of {@link #OUTPUT}, if it thinks. */
    private static final int REASONING = 3;

    private static final int PIECE = 6;

    /** @param id unique, in a form that each format prefixes in its own way */
    record Call(String id, String name, JsonObject arguments) {}

    int reasoningTokens() {
        return thoughts.isEmpty() ? 0 : REASONING;
    }

    /** Splits a text as models do: in small pieces, but never inside a character. */
    static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int[] characters = text.codePoints().toArray();
        for (int i = 0; i < characters.length; i += PIECE) {
            pieces.add(new String(characters, i, Math.min(PIECE, characters.length - i)));
        }
        return pieces;
    }
}
