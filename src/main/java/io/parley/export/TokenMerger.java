package io.parley.export;

import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts pieces of a turn's text together that came one after the other, as stored replays may: a document is about what was said, and
 * would be a hundred times as long. What was put together once stays as it is when it is done again.
 */
final class TokenMerger {

    private static final int LONGEST = 8192;

    private TokenMerger() {}

    static List<RunEvent> merged(List<RunEvent> events) {
        List<RunEvent> merged = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        for (RunEvent event : events) {
            boolean more = event instanceof Token next
                    && !merged.isEmpty()
                    && merged.getLast() instanceof Token before
                    && samePlace(before, next)
                    && open.length() + next.delta().length() <= LONGEST;
            if (more) {
                open.append(((Token) event).delta());
            } else {
                close(merged, open);
                open.append(event instanceof Token token ? token.delta() : "");
                merged.add(event);
            }
        }
        close(merged, open);
        return merged;
    }

    private static void close(List<RunEvent> merged, StringBuilder open) {
        if (!merged.isEmpty() && merged.getLast() instanceof Token token) {
            merged.set(
                    merged.size() - 1,
                    new Token(token.at(), token.turn(), token.attempt(), token.speaker(), open.toString()));
        }
        open.setLength(0);
    }

    private static boolean samePlace(Token one, Token other) {
        return one.turn() == other.turn() && one.attempt() == other.attempt() && one.speaker() == other.speaker();
    }
}
