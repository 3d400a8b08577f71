package io.parley.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Detection of loopback hosts")
class LoopbackHostsTest {

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost",
                "127.0.0.1",
                "127.255.255.255",
                "127.1.2.3",
                "::1",
                "[::1]",
                "0:0:0:0:0:0:0:1",
                "[0:0:0:0:0:0:0:1]",
                "0000:0000:0000:0000:0000:0000:0000:0001",
                "::0:1",
                "0::1"
            })
    @DisplayName("accepts every spelling of a loopback host")
    void loopback(String host) {
        assertThat(LoopbackHosts.contains(host)).isTrue();
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                "[",
                "[]",
                "[::1",
                "::1]",
                "[[::1]]",
                "[localhost]",
                "[127.0.0.1]",
                "localhost.",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "localhost:8080",
                "127.0.0.1:8080",
                "127.0.0",
                "127.1",
                "127.0.0.256",
                "127.0.0.01",
                "2130706433",
                "0x7f.0.0.1",
                "128.0.0.1",
                "10.0.0.1",
                "0.0.0.0",
                "::",
                "::2",
                "::1%lo",
                "fe80::1",
                "::ffff:127.0.0.1",
                "1::1:1::1",
                "example.com"
            })
    @DisplayName("rejects every other host")
    void otherHost(String host) {
        assertThat(LoopbackHosts.contains(host)).isFalse();
    }
}
