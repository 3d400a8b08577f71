package io.parley.export.archive;

import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges consecutive tokens of an attempt; without this, a document would be a hundred times as long. Idempotent:
 * merging the result again changes nothing.
 */
final class TokenMerger {

    private static final int MAX_DELTA_LENGTH = 8192;

    private TokenMerger() {}

    static List<RunEvent> merge(List<RunEvent> events) {
        List<RunEvent> result = new ArrayList<>();
        StringBuilder buffer = new StringBuilder();
        for (RunEvent event : events) {
            boolean mergeable = event instanceof Token next
                    && !result.isEmpty()
                    && result.getLast() instanceof Token previous
                    && sameTurn(previous, next)
                    && buffer.length() + next.delta().length() <= MAX_DELTA_LENGTH;
            if (mergeable) {
                buffer.append(((Token) event).delta());
            } else {
                flush(result, buffer);
                buffer.append(event instanceof Token token ? token.delta() : "");
                result.add(event);
            }
        }
        flush(result, buffer);
        return result;
    }

    private static void flush(List<RunEvent> result, StringBuilder buffer) {
        if (!result.isEmpty() && result.getLast() instanceof Token token) {
            result.set(
                    result.size() - 1,
                    new Token(token.at(), token.turn(), token.attempt(), token.speaker(), buffer.toString()));
        }
        buffer.setLength(0);
    }

    private static boolean sameTurn(Token first, Token second) {
        return first.turn() == second.turn()
                && first.attempt() == second.attempt()
                && first.speaker() == second.speaker();
    }
}
