package io.parley.provider.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Text from a provider")
class SurrogateRepairTest {

    private final SurrogateRepair wellFormed = new SurrogateRepair();

    @Test
    @DisplayName("has a surrogate pair joined that was split between two pieces")
    void splitPair() {
        assertThat(wellFormed.repair("a\uD83D")).isEqualTo("a");
        assertThat(wellFormed.repair("\uDE00b")).isEqualTo("\uD83D\uDE00b");
        assertThat(wellFormed.flush()).isEmpty();
    }

    @Test
    @DisplayName("has U+FFFD for each lone surrogate")
    void loneSurrogates() {
        assertThat(wellFormed.repair("\uDE00a\uD83Db\uD83D\uDE00\uDE00")).isEqualTo("\uFFFDa\uFFFDb\uD83D\uDE00\uFFFD");
        assertThat(wellFormed.repair("\uD83D")).isEmpty();
        assertThat(wellFormed.repair("c")).isEqualTo("\uFFFDc");
        assertThat(wellFormed.repair("\uD83D")).isEmpty();
        assertThat(wellFormed.flush()).isEqualTo("\uFFFD");
    }
}
