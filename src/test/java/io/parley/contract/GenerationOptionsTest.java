package io.parley.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.GenerationOptions.ServerDefault;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Options of an answer with reasoning")
class GenerationOptionsTest {

    private static final GenerationOptions LIMITED =
            GenerationOptions.of(OptionalDouble.of(0.5), OptionalInt.of(1_000));

    @Test
    @DisplayName("are those without it if the client did not ask for it")
    void notAsked() {
        assertThat(LIMITED.withThinking(false)).isEqualTo(LIMITED);
    }

    @Test
    @DisplayName("have a medium effort, and the client's limit of the answer")
    void asked() {
        GenerationOptions options = LIMITED.withThinking(true);
        assertThat(options.reasoningEffort()).contains(ReasoningEffort.MEDIUM);
        assertThat(options.reasoningTokens()).hasValue(8_192);
        assertThat(options.maxTokens()).hasValue(1_000);
        assertThat(options.temperature()).hasValue(0.5);
    }

    @Test
    @DisplayName("have a larger limit if the server chose it")
    void serverDefault() {
        GenerationOptions options =
                LIMITED.withServerDefaults(Set.of(ServerDefault.MAX_TOKENS)).withThinking(true);
        assertThat(options.maxTokens()).hasValue(9_192);
        assertThat(options.serverDefaults()).containsExactly(ServerDefault.MAX_TOKENS);
    }

    @Test
    @DisplayName("have the default limit and that of the reasoning if they have no other")
    void withoutLimit() {
        GenerationOptions unlimited = GenerationOptions.NONE;
        assertThat(unlimited.maxTokensOr(4_096)).isEqualTo(4_096);
        assertThat(unlimited.withThinking(true).maxTokensOr(4_096)).isEqualTo(12_288);
        assertThat(LIMITED.withThinking(true).maxTokensOr(4_096)).isEqualTo(1_000);
    }
}
