package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Text from a provider")
class SurrogateRepairTest {

    private final SurrogateRepair wellFormed = new SurrogateRepair();

    @Test
    @DisplayName("has a surrogate pair joined that was split between two pieces")
    void splitPair() {
        assertThat(wellFormed.take("a\uD83D")).isEqualTo("a");
        assertThat(wellFormed.take("\uDE00b")).isEqualTo("\uD83D\uDE00b");
        assertThat(wellFormed.rest()).isEmpty();
    }

    @Test
    @DisplayName("has U+FFFD for each lone surrogate")
    void alone() {
        assertThat(wellFormed.take("\uDE00a\uD83Db\uD83D\uDE00\uDE00")).isEqualTo("\uFFFDa\uFFFDb\uD83D\uDE00\uFFFD");
        assertThat(wellFormed.take("\uD83D")).isEmpty();
        assertThat(wellFormed.take("c")).isEqualTo("\uFFFDc");
        assertThat(wellFormed.take("\uD83D")).isEmpty();
        assertThat(wellFormed.rest()).isEqualTo("\uFFFD");
    }
}
