package io.parley.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises of the log, held against many histories; and the proof that the same checks notice when the log is broken. */
class JournalSimulationTest {

    private static final int SIMULATIONS = 2_000;

    @Test
    @DisplayName(
            "in two thousand histories of slow stores, stolen leases and lost readers: no gap, no repeat, no wrong transcript")
    void invariantsHold() {
        List<String> violations = new ArrayList<>();
        for (long seed = 0; seed < SIMULATIONS; seed++) {
            long history = seed;
            simulate(seed, JournalSimulation.Mutant.NONE)
                    .ifPresent(what -> violations.add("seed " + history + ": " + what));
        }
        assertThat(violations).isEmpty();
    }

    @ParameterizedTest(name = "{0} is noticed")
    @EnumSource(value = JournalSimulation.Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @DisplayName("a log that is broken on purpose breaks a promise")
    void mutants(JournalSimulation.Mutant mutant) {
        long noticed = 0;
        for (long seed = 0; seed < 200; seed++) {
            noticed += simulate(seed, mutant).isPresent() ? 1 : 0;
        }
        assertThat(noticed).isGreaterThan(10);
    }

    private static Optional<String> simulate(long seed, JournalSimulation.Mutant mutant) {
        try {
            return new JournalSimulation(seed, mutant).simulate();
        } catch (RuntimeException e) {
            return Optional.of(e.toString());
        }
    }
}
