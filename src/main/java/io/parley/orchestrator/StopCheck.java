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
    private final Instant began;
    private final Optional<Pattern> regex;

    /** The rule that ended a conversation. */
    enum Rule {
        TURNS,
        TEXT,
        REGEX,
        MONEY,
        SECONDS;

        String wire() {
            return WireName.of(this);
        }
    }

    StopCheck(RunSpec.Duo duo, Instant began) {
        this.duo = duo;
        this.began = began;
        this.regex = duo.stop().regex().map(Pattern::compile);
    }

    Optional<Rule> reached(Transcript now, long millis) {
        RunSpec.StopRules stop = duo.stop();
        String last = lastTurn(now);
        if (stop.text().filter(last::contains).isPresent()) {
            return Optional.of(Rule.TEXT);
        }
        if (regex.filter(pattern -> !last.isEmpty() && pattern.matcher(last).find())
                .isPresent()) {
            return Optional.of(Rule.REGEX);
        }
        if (now.stage().turn() >= duo.maxTurns()) {
            return Optional.of(Rule.TURNS);
        }
        if (stop.maxMicros().isPresent()
                && now.knownMicros() >= stop.maxMicros().getAsLong()) {
            return Optional.of(Rule.MONEY);
        }
        boolean late = stop.maxSeconds().isPresent()
                && millis - began.toEpochMilli() >= stop.maxSeconds().getAsLong() * 1_000;
        return late ? Optional.of(Rule.SECONDS) : Optional.empty();
    }

    private static String lastTurn(Transcript now) {
        return now.lines().reversed().stream()
                .filter(line -> line.turn().isPresent())
                .findFirst()
                .map(Entry::said)
                .map(said -> said.content())
                .orElse("");
    }
}
