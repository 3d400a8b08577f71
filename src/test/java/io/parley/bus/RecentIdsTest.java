package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Recent ids")
class RecentIdsTest {

    @Test
    @DisplayName("are remembered up to a limit, and the oldest is dropped first")
    void oldestFirst() {
        RecentIds ids = new RecentIds(2);
        assertThat(ids.add("a")).isTrue();
        assertThat(ids.add("b")).isTrue();
        assertThat(ids.add("a")).as("known already").isFalse();
        assertThat(ids.add("c")).isTrue();
        assertThat(ids.contains("a")).isFalse();
        assertThat(ids.contains("b")).isTrue();
        ids.remove("b");
        assertThat(ids.contains("b")).isFalse();
    }
}
