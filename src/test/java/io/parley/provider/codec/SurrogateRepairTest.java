package io.parley.provider.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Text from a provider")
class SurrogateRepairTest {

    private final SurrogateRepair repair = new SurrogateRepair();

    @Test
    @DisplayName("has its surrogate pairs joined when they are split between two pieces")
    void splitPair() {
        assertThat(repair.repair("a\uD83D")).isEqualTo("a");
        assertThat(repair.repair("\uDE00b")).isEqualTo("\uD83D\uDE00b");
        assertThat(repair.flush()).isEmpty();
    }

    @Test
    @DisplayName("has U+FFFD for each lone surrogate")
    void loneSurrogates() {
        assertThat(repair.repair("\uDE00a\uD83Db\uD83D\uDE00\uDE00")).isEqualTo("\uFFFDa\uFFFDb\uD83D\uDE00\uFFFD");
        assertThat(repair.repair("\uD83D")).isEmpty();
        assertThat(repair.repair("c")).isEqualTo("\uFFFDc");
        assertThat(repair.repair("\uD83D")).isEmpty();
        assertThat(repair.flush()).isEqualTo("\uFFFD");
    }
}
