package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Set of recent ids")
class RecentIdsTest {

    @Test
    @DisplayName("drops the oldest id at its limit")
    void oldestFirst() {
        RecentIds ids = new RecentIds(2);
        assertThat(ids.add("a")).isTrue();
        assertThat(ids.add("b")).isTrue();
        assertThat(ids.add("a")).as("known id").isFalse();
        assertThat(ids.add("c")).isTrue();
        assertThat(ids.contains("a")).isFalse();
        assertThat(ids.contains("b")).isTrue();
        ids.remove("b");
        assertThat(ids.contains("b")).isFalse();
    }
}
