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

/** Two agents with models of different providers, in different wire formats; and providers that fail in one of them. */
class DuoAcrossProvidersTest {

    private static final JsonMapper JSON = new JsonMapper();

    /** Replies in many scripts, with surrogate pairs, and with text that looks like framing. */
    private static final List<String> TEXTS = List.of(
            "Чай теплее кофе, и это не всё: «самовар» греет дом.",
            "Ο καφές ξυπνά το μυαλό — καλημέρα σας!",
            "茶は静かです。咖啡更快。차도 좋아요.",
            "# Tea 🍵 **or** coffee ☕️?\n\ndata: [DONE]\n\n👩‍🚀 👍🏽 €uro\tand a table |a|b|");

    @TempDir
    private Path data;

    @ParameterizedTest
    @CsvSource({"OPENAI, ANTHROPIC", "ANTHROPIC, OLLAMA", "OLLAMA, OPENAI"})
    @DisplayName("each provider gets its own format and sees its own turns as the assistant, and every turn is stored")
    void converse(ProviderWireFormat first, ProviderWireFormat second) throws Exception {
        try (DuoTestApp app = DuoTestApp.start(data, Map.of())) {
            for (int turn = 0; turn < TEXTS.size(); turn++) {
                ProviderWireFormat wire = turn % 2 == 0 ? first : second;
                app.provider(wire).enqueue(ProviderScripts.answer(wire, split(TEXTS.get(turn))));
            }
            String run = app.startRun(first, second, TEXTS.size());
            List<JsonNode> all = app.readEvents(run, "");
            JsonNode end = all.getLast();
            assertThat(end.path("status").asText()).isEqualTo("completed");
            assertThat(end.path("turns").asInt()).isEqualTo(4);
            assertThat(all)
                    .filteredOn(event -> event.path("type").asText().equals("turn_complete"))
                    .extracting(event -> event.path("provider").asText())
                    .containsExactly(
                            DuoTestApp.providerName(first),
                            DuoTestApp.providerName(second),
                            DuoTestApp.providerName(first),
                            DuoTestApp.providerName(second));
            List<String> texts = new ArrayList<>(List.of("tea or coffee?"));
            texts.addAll(TEXTS);
            assertThat(app.state(run).path("messages").findValuesAsText("content"))
                    .containsExactlyElementsOf(texts);
            assertPrompt(app.provider(first).nextExchange(), first, "tea", "user");
            assertPrompt(app.provider(second).nextExchange(), second, "coffee", "user", "user");
            assertPrompt(app.provider(first).nextExchange(), first, "tea", "user", "assistant", "user");
            assertPrompt(app.provider(second).nextExchange(), second, "coffee", "user", "user", "assistant", "user");
            assertExports(app, run);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"silence", "stall", "garbage", "endless"})
    @DisplayName("a provider that fails midway ends the run with one error and one final event")
    void providerFault(String fault) throws Exception {
        Map<String, String> settings = Map.of(
                "provider.timeouts.headers", "300ms",
                "provider.timeouts.first-token", "300ms",
                "provider.timeouts.between-tokens", "300ms",
                "provider.max-output", "8KiB",
                "gateway.mid-answer-fallback", "false");
        try (DuoTestApp app = DuoTestApp.start(data, settings)) {
            app.provider(ProviderWireFormat.OPENAI).enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "tea"));
            for (ProviderWireFormat wire : ProviderWireFormat.values()) {
                app.provider(wire)
                        .defaultScript(
                                switch (fault) {
                                    case "silence" -> ProviderScripts.noResponse();
                                    case "stall" -> ProviderScripts.stall(wire, "well");
                                    case "garbage" ->
                                        exchange -> exchange.startStream(wire)
                                                .write("data: {\"choices\":7\n\n{{{\n")
                                                .end();
                                    default -> ProviderScripts.answer(wire, "on and on ".repeat(4_000));
                                });
            }
            String run = app.startRun(ProviderWireFormat.OPENAI, ProviderWireFormat.ANTHROPIC, 4);
            List<JsonNode> all = app.readEvents(run, "");
            JsonNode end = all.getLast();
            assertThat(end.path("type").asText()).isEqualTo("run_complete");
            assertThat(end.path("status").asText()).isEqualTo("error");
            assertThat(end.path("turns").asInt()).isEqualTo(1);
            assertThat(all)
                    .filteredOn(event -> event.path("type").asText().equals("error"))
                    .singleElement()
                    .satisfies(error -> assertThat(error.path("code").asText()).startsWith("provider_"));
            assertThat(app.state(run).path("messages").findValuesAsText("content"))
                    .startsWith("tea or coffee?", "tea");
            assertThat(app.app().http().get("/api/export/" + run + ".txt").body())
                    .contains("Status: error");
        }
    }

    private static void assertPrompt(
            FakeProviderExchange exchange, ProviderWireFormat wire, String prompt, String... roles) throws Exception {
        assertThat(exchange.path()).isEqualTo(wire.path());
        JsonNode body = JSON.readTree(exchange.body());
        List<String> actualRoles = body.path("messages").findValuesAsText("role");
        if (wire == ProviderWireFormat.ANTHROPIC) {
            assertThat(exchange.header("anthropic-version")).isNotEmpty();
            assertThat(body.path("system").toString()).contains("You are for " + prompt);
        } else {
            assertThat(actualRoles.removeFirst()).isEqualTo("system");
            assertThat(body.at("/messages/0/content").asText()).isEqualTo("You are for " + prompt);
        }
        assertThat(mergeRepeated(actualRoles)).containsExactlyElementsOf(mergeRepeated(List.of(roles)));
        assertThat(actualRoles.getLast()).isEqualTo("user");
    }

    /** Counts adjacent messages of one role as one, because a format may require them merged. */
    private static List<String> mergeRepeated(List<String> roles) {
        List<String> merged = new ArrayList<>();
        for (String role : roles) {
            if (merged.isEmpty() || !merged.getLast().equals(role)) {
                merged.add(role);
            }
        }
        return merged;
    }

    private static void assertExports(DuoTestApp app, String run) throws Exception {
        HttpTestClient http = app.app().http();
        for (String suffix : List.of("json", "md", "txt", "pdf")) {
            HttpResponse<String> file = http.get("/api/export/" + run + "." + suffix);
            assertThat(file.statusCode()).as(suffix).isEqualTo(200);
            if (!suffix.equals("pdf")) {
                assertThat(file.body()).contains(TEXTS.getFirst(), TEXTS.get(1), TEXTS.get(2), "👩‍🚀 👍🏽 €uro");
            }
        }
    }

    /** Splits the text into single code points. */
    private static String[] split(String text) {
        return text.codePoints().mapToObj(Character::toString).toArray(String[]::new);
    }
}
