package io.parley.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks the invariants of the log in many simulations, and proves by mutants that the checks notice a broken log. */
class JournalSimulationTest {

    private static final int SIMULATIONS = 2_000;

    @Test
    @DisplayName(
            "two thousand simulations of slow stores, lost leases and disconnected readers have no gap, no repeat and no wrong transcript")
    void invariantsHold() {
        List<String> violations = new ArrayList<>();
        for (long seed = 0; seed < SIMULATIONS; seed++) {
            long simulation = seed;
            simulate(seed, JournalSimulation.Mutant.NONE)
                    .ifPresent(what -> violations.add("seed " + simulation + ": " + what));
        }
        assertThat(violations).isEmpty();
    }

    @ParameterizedTest(name = "{0} is detected")
    @EnumSource(value = JournalSimulation.Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @DisplayName("the checks detect an injected fault")
    void mutants(JournalSimulation.Mutant mutant) {
        long detected = 0;
        for (long seed = 0; seed < 200; seed++) {
            detected += simulate(seed, mutant).isPresent() ? 1 : 0;
        }
        assertThat(detected).isGreaterThan(10);
    }

    private static Optional<String> simulate(long seed, JournalSimulation.Mutant mutant) {
        try {
            return new JournalSimulation(seed, mutant).simulate();
        } catch (RuntimeException e) {
            return Optional.of(e.toString());
        }
    }
}
