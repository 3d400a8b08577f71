package io.parley.orchestrator;

import com.google.re2j.Pattern;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.WireName;
import java.time.Instant;
import java.util.Optional;

/** Checks the stop rules of a two-agent conversation. Matches patterns in linear time. */
final class StopCheck {

    private final RunSpec.Duo duo;
    private final Instant startedAt;
    private final Optional<Pattern> regex;

    /** The rule that ended a conversation. */
    enum Rule {
        TURNS,
        TEXT,
        REGEX,
        MONEY,
        SECONDS;

        String wireName() {
            return WireName.of(this);
        }
    }

    StopCheck(RunSpec.Duo duo, Instant startedAt) {
        this.duo = duo;
        this.startedAt = startedAt;
        this.regex = duo.stopRules().regex().map(Pattern::compile);
    }

    Optional<Rule> reached(Transcript transcript, long millis) {
        RunSpec.StopRules stop = duo.stopRules();
        String last = lastTurn(transcript);
        if (stop.text().filter(last::contains).isPresent()) {
            return Optional.of(Rule.TEXT);
        }
        if (regex.filter(pattern -> !last.isEmpty() && pattern.matcher(last).find())
                .isPresent()) {
            return Optional.of(Rule.REGEX);
        }
        if (transcript.progress().turn() >= duo.maxTurns()) {
            return Optional.of(Rule.TURNS);
        }
        if (stop.maxMicros().isPresent()
                && transcript.knownCostMicros() >= stop.maxMicros().getAsLong()) {
            return Optional.of(Rule.MONEY);
        }
        boolean expired = stop.maxSeconds().isPresent()
                && millis - startedAt.toEpochMilli() >= stop.maxSeconds().getAsLong() * 1_000;
        return expired ? Optional.of(Rule.SECONDS) : Optional.empty();
    }

    private static String lastTurn(Transcript transcript) {
        return transcript.entries().reversed().stream()
                .filter(entry -> entry.turn().isPresent())
                .findFirst()
                .map(Entry::message)
                .map(message -> message.content())
                .orElse("");
    }
}
