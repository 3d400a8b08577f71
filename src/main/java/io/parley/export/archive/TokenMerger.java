package io.parley.export.archive;

import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.Fragment;
import io.parley.contract.RunEvent.ThinkingToken;
import io.parley.contract.RunEvent.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges consecutive tokens of an attempt, and consecutive pieces of its reasoning; without this, a document would be a
 * hundred times as long. Idempotent: merging the result again changes nothing.
 */
final class TokenMerger {

    private static final int MAX_DELTA_LENGTH = 8192;

    private TokenMerger() {}

    static List<RunEvent> merge(List<RunEvent> events) {
        List<RunEvent> result = new ArrayList<>();
        StringBuilder buffer = new StringBuilder();
        for (RunEvent event : events) {
            boolean mergeable = event instanceof Fragment next
                    && !result.isEmpty()
                    && result.getLast() instanceof Fragment previous
                    && sameTurn(previous, next)
                    && buffer.length() + next.delta().length() <= MAX_DELTA_LENGTH;
            if (!mergeable) {
                flush(result, buffer);
                result.add(event);
            }
            buffer.append(event instanceof Fragment fragment ? fragment.delta() : "");
        }
        flush(result, buffer);
        return result;
    }

    private static void flush(List<RunEvent> result, StringBuilder buffer) {
        if (!result.isEmpty() && result.getLast() instanceof Fragment fragment) {
            result.set(result.size() - 1, withDelta(result.getLast().at(), fragment, buffer.toString()));
        }
        buffer.setLength(0);
    }

    private static RunEvent withDelta(long at, Fragment fragment, String delta) {
        return switch (fragment) {
            case Token token -> new Token(at, token.turn(), token.attempt(), token.speaker(), delta);
            case ThinkingToken thinking ->
                new ThinkingToken(at, thinking.turn(), thinking.attempt(), thinking.speaker(), delta);
        };
    }

    private static boolean sameTurn(Fragment first, Fragment second) {
        return first.getClass().equals(second.getClass())
                && first.turn() == second.turn()
                && first.attempt() == second.attempt()
                && first.speaker() == second.speaker();
    }
}
