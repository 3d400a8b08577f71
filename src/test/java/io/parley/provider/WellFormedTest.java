package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Text from a vendor")
class WellFormedTest {

    private final WellFormed wellFormed = new WellFormed();

    @Test
    @DisplayName("whose surrogate pair is split between two pieces comes together again")
    void splitPair() {
        assertThat(wellFormed.take("a\uD83D")).isEqualTo("a");
        assertThat(wellFormed.take("\uDE00b")).isEqualTo("\uD83D\uDE00b");
        assertThat(wellFormed.rest()).isEmpty();
    }

    @Test
    @DisplayName("with surrogates that stay alone shows U+FFFD for each")
    void alone() {
        assertThat(wellFormed.take("\uDE00a\uD83Db\uD83D\uDE00\uDE00")).isEqualTo("\uFFFDa\uFFFDb\uD83D\uDE00\uFFFD");
        assertThat(wellFormed.take("\uD83D")).isEmpty();
        assertThat(wellFormed.take("c")).isEqualTo("\uFFFDc");
        assertThat(wellFormed.take("\uD83D")).isEmpty();
        assertThat(wellFormed.rest()).isEqualTo("\uFFFD");
    }
}
