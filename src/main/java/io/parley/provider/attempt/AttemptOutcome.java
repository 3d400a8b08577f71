package io.parley.provider.attempt;

import io.parley.contract.AnswerEvent;
import io.parley.contract.Price;
import io.parley.contract.Problem;
import io.parley.contract.ProviderMessage.Open;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The result of an attempt.
 *
 * @param end the terminal event, which is also in the log if one was opened
 * @param firstToken the time to the first event; empty if no log was opened
 */
public record AttemptOutcome(AnswerEvent end, Optional<Duration> firstToken, Duration total) {

    /** The message for usage accounting and metrics. */
    public UsageMessage.AttemptEnded toMessage(String provider, Open open, Instant startedAt) {
        return new UsageMessage.AttemptEnded(
                open.callId(),
                open.requestContext(),
                provider,
                open.model(),
                usage(),
                open.price().map(Price::version),
                problem(),
                startedAt,
                firstToken.map(Duration::toMillis).orElse(-1L),
                total.toMillis(),
                end instanceof AnswerEvent.Completed completed ? Optional.of(completed.reason()) : Optional.empty());
    }

    private Usage usage() {
        return switch (end) {
            case AnswerEvent.Completed completed -> completed.usage();
            case AnswerEvent.Failed failed -> failed.usage();
            case AnswerEvent _ -> throw new IllegalStateException("not a terminal event");
        };
    }

    private Optional<Problem> problem() {
        return end instanceof AnswerEvent.Failed failed ? Optional.of(failed.problem()) : Optional.empty();
    }
}
