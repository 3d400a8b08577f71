package io.parley.http.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.DuoTestApp;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that end a two-agent run, as its clients see them; no run has a turn too many. */
class StopRulesTest {

    @TempDir
    private static Path data;

    private static DuoTestApp app;

    @BeforeAll
    static void start() throws Exception {
        app = DuoTestApp.start(data, Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        app.close();
    }

    @Test
    @DisplayName("the run ends after max_turns")
    void maxTurns() throws Exception {
        assertEnd("turns", 3, ProviderWireFormat.OPENAI, ProviderWireFormat.ANTHROPIC, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text  | {\"text\":\"AGREED, then\"}",
                "regex | {\"regex\":\"(?i)agre+d,\\\\s\"}",
                "regex | {\"regex\":\"then\\\\.$\"}",
                "text  | {\"text\":\"AGREED, then\",\"regex\":\"never\",\"max_seconds\":600}"
            })
    @DisplayName("a text or a regex ends the run with the turn that contains it, however its tokens are split")
    void textOrRegex(String reason, String rule) throws Exception {
        app.provider(ProviderWireFormat.OLLAMA).enqueue(ProviderScripts.answer(ProviderWireFormat.OLLAMA, "not yet"));
        app.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "AGRE", "ED,", " the", "n."));
        assertEnd(reason, 2, ProviderWireFormat.OLLAMA, ProviderWireFormat.OPENAI, 9, rule);
    }

    @Test
    @DisplayName("the topic, the prompts and injected text do not match")
    void onlyTurnsMatch() throws Exception {
        assertEnd("turns", 2, ProviderWireFormat.OPENAI, ProviderWireFormat.ANTHROPIC, 2, "{\"text\":\"coffee\"}");
    }

    @Test
    @DisplayName("a regex match takes time linear in the length of the text")
    void catastrophicRegex() throws Exception {
        app.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "a".repeat(20_000) + "!"));
        long startedAt = System.nanoTime();
        assertEnd(
                "turns", 1, ProviderWireFormat.OPENAI, ProviderWireFormat.ANTHROPIC, 1, "{\"regex\":\"(a+)+(a+)+$\"}");
        assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("no turn starts after max_seconds")
    void maxSeconds() throws Exception {
        for (int i = 0; i < 5; i++) {
            app.provider(ProviderWireFormat.OPENAI)
                    .enqueue(ProviderScripts.slow(ProviderWireFormat.OPENAI, Duration.ofMillis(300), "tick"));
            app.provider(ProviderWireFormat.ANTHROPIC)
                    .enqueue(ProviderScripts.slow(ProviderWireFormat.ANTHROPIC, Duration.ofMillis(300), "tock"));
        }
        String run = app.startRun(ProviderWireFormat.OPENAI, ProviderWireFormat.ANTHROPIC, 50, "{\"max_seconds\":1}");
        List<JsonNode> all = app.readEvents(run, "");
        JsonNode end = all.getLast();
        assertThat(end.path("reason").asText()).isEqualTo("seconds");
        assertThat(end.path("status").asText()).isEqualTo("completed");
        assertThat(end.path("turns").asInt()).isBetween(1, 4);
        long firstEventAt = millis(all.getFirst());
        assertThat(all)
                .filteredOn(event -> event.path("type").asText().equals("turn_started"))
                .allSatisfy(turn -> assertThat(millis(turn) - firstEventAt).isLessThan(1_400));
        assertThat(millis(end) - firstEventAt).isGreaterThanOrEqualTo(1_000);
    }

    private static void assertEnd(
            String reason, int turns, ProviderWireFormat first, ProviderWireFormat second, int maxTurns, String... rule)
            throws Exception {
        int before = calls();
        String run = app.startRun(first, second, maxTurns, rule);
        JsonNode end = app.readEvents(run, "").getLast();
        assertThat(end.path("type").asText()).isEqualTo("run_complete");
        assertThat(end.path("status").asText()).isEqualTo("completed");
        assertThat(end.path("reason").asText()).isEqualTo(reason);
        assertThat(end.path("turns").asInt()).isEqualTo(turns);
        assertThat(app.state(run).path("status").asText()).isEqualTo("completed");
        assertThat(calls() - before).isEqualTo(turns);
    }

    private static int calls() {
        int calls = 0;
        for (ProviderWireFormat wire : ProviderWireFormat.values()) {
            FakeProvider provider = app.provider(wire);
            calls += (int) provider.exchanges().stream()
                    .filter(exchange -> exchange.path().equals(wire.path()))
                    .count();
        }
        return calls;
    }

    private static long millis(JsonNode event) {
        return Instant.parse(event.path("ts").asText()).toEpochMilli();
    }
}
