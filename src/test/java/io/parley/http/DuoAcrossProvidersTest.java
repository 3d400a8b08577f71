package io.parley.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.DuoTestApp;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two agents who are models of different vendors, in different formats on the wire; and vendors that fail one of them. */
class DuoAcrossProvidersTest {

    private static final JsonMapper JSON = new JsonMapper();

    /** What is said: many scripts, characters of two halves, and what looks like our own framing. */
    private static final List<String> SAID = List.of(
            "Чай теплее кофе, и это не всё: «самовар» греет дом.",
            "Ο καφές ξυπνά το μυαλό — καλημέρα σας!",
            "茶は静かです。咖啡更快。차도 좋아요.",
            "# Tea 🍵 **or** coffee ☕️?\n\ndata: [DONE]\n\n👩‍🚀 👍🏽 €uro\tand a table |a|b|");

    @TempDir
    private Path data;

    @ParameterizedTest
    @CsvSource({"OPENAI, ANTHROPIC", "ANTHROPIC, OLLAMA", "OLLAMA, OPENAI"})
    @DisplayName("each vendor is asked in its own format, hears itself as the assistant, and everything said is kept")
    void converse(ProviderWireFormat first, ProviderWireFormat second) throws Exception {
        try (DuoTestApp duet = DuoTestApp.start(data, Map.of())) {
            for (int turn = 0; turn < SAID.size(); turn++) {
                ProviderWireFormat wire = turn % 2 == 0 ? first : second;
                duet.vendor(wire).then(ProviderScripts.answer(wire, pieces(SAID.get(turn))));
            }
            String run = duet.begin(first, second, SAID.size());
            List<JsonNode> all = duet.watch(run, "");
            JsonNode end = all.getLast();
            assertThat(end.path("status").asText()).isEqualTo("completed");
            assertThat(end.path("turns").asInt()).isEqualTo(4);
            assertThat(all)
                    .filteredOn(event -> event.path("type").asText().equals("turn_complete"))
                    .extracting(event -> event.path("provider").asText())
                    .containsExactly(DuoTestApp.name(first), DuoTestApp.name(second), DuoTestApp.name(first), DuoTestApp.name(second));
            List<String> said = new ArrayList<>(List.of("tea or coffee?"));
            said.addAll(SAID);
            assertThat(duet.state(run).path("messages").findValuesAsText("content"))
                    .containsExactlyElementsOf(said);
            assertHeard(duet.vendor(first).take(), first, "tea", "user");
            assertHeard(duet.vendor(second).take(), second, "coffee", "user", "user");
            assertHeard(duet.vendor(first).take(), first, "tea", "user", "assistant", "user");
            assertHeard(duet.vendor(second).take(), second, "coffee", "user", "user", "assistant", "user");
            assertFiles(duet, run);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"silence", "stall", "garbage", "endless"})
    @DisplayName("a vendor that fails in the midst of it ends the run with one error and its last word")
    void failing(String fault) throws Exception {
        Map<String, String> settings = Map.of(
                "provider.timeouts.headers", "300ms",
                "provider.timeouts.first-token", "300ms",
                "provider.timeouts.between-tokens", "300ms",
                "provider.max-output", "8KiB",
                "gateway.mid-answer-fallback", "false");
        try (DuoTestApp duet = DuoTestApp.start(data, settings)) {
            duet.vendor(ProviderWireFormat.OPENAI).then(ProviderScripts.answer(ProviderWireFormat.OPENAI, "tea"));
            for (ProviderWireFormat wire : ProviderWireFormat.values()) {
                duet.vendor(wire)
                        .otherwise(
                                switch (fault) {
                                    case "silence" -> ProviderScripts.silence();
                                    case "stall" -> ProviderScripts.stall(wire, "well");
                                    case "garbage" ->
                                        exchange -> exchange.stream(wire)
                                                .write("data: {\"choices\":7\n\n{{{\n")
                                                .end();
                                    default -> ProviderScripts.answer(wire, "on and on ".repeat(4_000));
                                });
            }
            String run = duet.begin(ProviderWireFormat.OPENAI, ProviderWireFormat.ANTHROPIC, 4);
            List<JsonNode> all = duet.watch(run, "");
            JsonNode end = all.getLast();
            assertThat(end.path("type").asText()).isEqualTo("run_complete");
            assertThat(end.path("status").asText()).isEqualTo("error");
            assertThat(end.path("turns").asInt()).isEqualTo(1);
            assertThat(all)
                    .filteredOn(event -> event.path("type").asText().equals("error"))
                    .singleElement()
                    .satisfies(error -> assertThat(error.path("code").asText()).startsWith("provider_"));
            assertThat(duet.state(run).path("messages").findValuesAsText("content"))
                    .startsWith("tea or coffee?", "tea");
            assertThat(duet.app().http().get("/api/export/" + run + ".txt").body())
                    .contains("Status: error");
        }
    }

    private static void assertHeard(FakeProviderExchange asked, ProviderWireFormat wire, String prompt, String... roles) throws Exception {
        assertThat(asked.path()).isEqualTo(wire.path());
        JsonNode body = JSON.readTree(asked.body());
        List<String> heard = body.path("messages").findValuesAsText("role");
        if (wire == ProviderWireFormat.ANTHROPIC) {
            assertThat(asked.header("anthropic-version")).isNotEmpty();
            assertThat(body.path("system").toString()).contains("You are for " + prompt);
        } else {
            assertThat(heard.removeFirst()).isEqualTo("system");
            assertThat(body.at("/messages/0/content").asText()).isEqualTo("You are for " + prompt);
        }
        assertThat(merged(heard)).containsExactlyElementsOf(merged(List.of(roles)));
        assertThat(heard.getLast()).isEqualTo("user");
    }

    /** Neighbours of one role count as one: a format may want them together. */
    private static List<String> merged(List<String> roles) {
        List<String> merged = new ArrayList<>();
        for (String role : roles) {
            if (merged.isEmpty() || !merged.getLast().equals(role)) {
                merged.add(role);
            }
        }
        return merged;
    }

    private static void assertFiles(DuoTestApp duet, String run) throws Exception {
        HttpTestClient http = duet.app().http();
        for (String suffix : List.of("json", "md", "txt", "pdf")) {
            HttpResponse<String> file = http.get("/api/export/" + run + "." + suffix);
            assertThat(file.statusCode()).as(suffix).isEqualTo(200);
            if (!suffix.equals("pdf")) {
                assertThat(file.body()).contains(SAID.getFirst(), SAID.get(1), SAID.get(2), "👩‍🚀 👍🏽 €uro");
            }
        }
    }

    /** Each code point in a piece of its own. */
    private static String[] pieces(String text) {
        return text.codePoints().mapToObj(Character::toString).toArray(String[]::new);
    }
}
