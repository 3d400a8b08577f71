package io.parley.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Problem.Fault;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A fault of a provider")
class FaultTest {

    @Test
    @DisplayName("keeps its name in problem bodies, metrics and archives when its constant is renamed")
    void explicitNames() {
        assertThat(WireName.all(Fault.class))
                .containsExactly(
                        "rejected",
                        "too_long",
                        "unknown_model",
                        "auth",
                        "quota",
                        "rate_limited",
                        "overloaded",
                        "error",
                        "unreachable",
                        "cut",
                        "protocol",
                        "output_limit",
                        "silent",
                        "stalled");
    }

    @ParameterizedTest
    @DisplayName("is found by that name")
    @EnumSource
    void parsed(Fault fault) {
        assertThat(WireName.parse(Fault.class, fault.wireName())).contains(fault);
    }
}
