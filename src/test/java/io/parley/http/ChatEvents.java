package io.parley.http;

import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.util.Optional;
import java.util.OptionalLong;

/** Short events of a chat. */
public final class ChatEvents {

    static final Usage USAGE = new Usage(12, 8, 0, 0, 0, false, OptionalLong.of(120));

    private ChatEvents() {}

    public static RunEvent started() {
        return new RunEvent.TurnStarted(0, 0, 1, Speaker.ASSISTANT, "openai", "gpt-x");
    }

    public static RunEvent token(String text) {
        return new RunEvent.Token(0, 0, 1, Speaker.ASSISTANT, text);
    }

    public static RunEvent thinking(String text) {
        return new RunEvent.ThinkingToken(0, 0, 1, Speaker.ASSISTANT, text);
    }

    public static RunEvent reset() {
        return new RunEvent.TurnReset(
                0, 0, 2, Speaker.ASSISTANT, "provider_error", Optional.empty(), Optional.empty(), Usage.NONE);
    }

    public static RunEvent completed() {
        return new RunEvent.TurnCompleted(
                0, 0, 1, Speaker.ASSISTANT, 9, FinishReason.STOP, USAGE, 40, "openai", "gpt-x");
    }

    public static RunEvent done() {
        return ended(RunStatus.COMPLETED, Optional.of(FinishReason.STOP), Optional.empty(), Optional.empty());
    }

    public static RunEvent failed(Problem problem) {
        return ended(RunStatus.ERROR, Optional.empty(), Optional.of(problem), Optional.empty());
    }

    public static RunEvent cancelled(String cause) {
        return ended(RunStatus.CANCELLED, Optional.empty(), Optional.empty(), Optional.of(cause));
    }

    private static RunEvent ended(
            RunStatus status, Optional<FinishReason> reason, Optional<Problem> problem, Optional<String> cause) {
        return new RunEvent.Ended(
                0, status, 1, USAGE, reason, problem, cause, Optional.of("openai"), Optional.of("gpt-x"));
    }
}
