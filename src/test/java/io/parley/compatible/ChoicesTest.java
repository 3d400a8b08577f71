package io.parley.compatible;

import static io.parley.testing.ProviderWireFormat.ANTHROPIC;
import static io.parley.testing.ProviderWireFormat.OLLAMA;
import static io.parley.testing.ProviderWireFormat.OPENAI;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseTestClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Several choices of a provider whose format makes one answer for each call")
class ChoicesTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final JsonMapper JSON = new JsonMapper();

    @SuppressWarnings("NullAway.Init")
    private MultiProviderTestApp server;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(
                data, Map.of("gateway.models.openai-first.targets", "openai/m-1,anthropic/m-1"));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @DisplayName("are one completion with the usage of all calls")
    @EnumSource(names = {"ANTHROPIC", "OLLAMA"})
    void whole(ProviderWireFormat wire) throws Exception {
        enqueue(wire, "one", "two", "three");
        HttpResponse<String> answer = post(body(wire, 3, "\"temperature\":0,\"seed\":7"));
        JsonNode completion = HttpTestClient.json(answer);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(completion.path("choices"))
                .extracting(choice -> choice.path("index").asInt())
                .containsExactly(0, 1, 2);
        assertThat(completion.path("choices"))
                .extracting(choice -> choice.at("/message/content").asText())
                .containsExactlyInAnyOrder("one", "two", "three");
        assertThat(completion.path("choices"))
                .extracting(choice -> choice.path("finish_reason").asText())
                .containsOnly("stop");
        assertThat(completion.at("/usage/prompt_tokens").asInt()).isEqualTo(3 * ProviderWireFormat.INPUT);
        assertThat(completion.at("/usage/completion_tokens").asInt()).isEqualTo(3);
        assertThat(answer.headers().firstValue("x-parley-provider")).hasValue(MultiProviderTestApp.name(wire));
        assertThat(server.provider(wire).exchanges()).hasSize(3);
    }

    @Test
    @DisplayName("have seeds of their own, so that they differ")
    void seeds() throws Exception {
        enqueue(OLLAMA, "one", "two");
        post(body(OLLAMA, 2, "\"seed\":7"));
        List<Integer> seeds = new ArrayList<>();
        for (FakeProviderExchange exchange : server.provider(OLLAMA).exchanges()) {
            JsonNode sent = JSON.readTree(exchange.body());
            assertThat(sent.has("n")).isFalse();
            seeds.add(sent.at("/options/seed").asInt());
        }
        assertThat(seeds).containsExactlyInAnyOrder(7, 8);
    }

    @ParameterizedTest
    @DisplayName("arrive as chunks with their index, then one chunk with the whole usage and one end")
    @EnumSource(names = {"ANTHROPIC", "OLLAMA"})
    void streamed(ProviderWireFormat wire) throws Exception {
        enqueue(wire, "one", "two", "three");
        List<String> frames = stream(body(wire, 3, "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertThat(frames).last().isEqualTo("[DONE]");
        assertThat(frames).filteredOn("[DONE]"::equals).hasSize(1);
        Map<Integer, String> texts = new TreeMap<>();
        Map<Integer, String> reasons = new TreeMap<>();
        List<JsonNode> usages = new ArrayList<>();
        for (String frame : frames.subList(0, frames.size() - 1)) {
            JsonNode chunk = JSON.readTree(frame);
            chunk.path("choices").forEach(choice -> {
                int index = choice.path("index").asInt();
                texts.merge(index, choice.at("/delta/content").asText(), String::concat);
                if (choice.path("finish_reason").isTextual()) {
                    reasons.merge(index, choice.path("finish_reason").asText(), String::concat);
                }
            });
            if (chunk.has("usage")) {
                usages.add(chunk);
            }
        }
        assertThat(texts.keySet()).containsExactly(0, 1, 2);
        assertThat(texts.values()).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(reasons).isEqualTo(Map.of(0, "stop", 1, "stop", 2, "stop"));
        assertThat(usages).singleElement().satisfies(chunk -> {
            assertThat(chunk.path("choices")).isEmpty();
            assertThat(chunk.at("/usage/prompt_tokens").asInt()).isEqualTo(3 * ProviderWireFormat.INPUT);
            assertThat(chunk.at("/usage/completion_tokens").asInt()).isEqualTo(3);
        });
    }

    @Test
    @DisplayName("are an error if one of them fails before anything was sent")
    void failsBefore() throws Exception {
        server.provider(ANTHROPIC)
                .enqueue(ProviderScripts.answer(ANTHROPIC, "one"))
                .defaultScript(exchange -> exchange.respond(
                        400,
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}",
                        "content-type: application/json"));
        HttpResponse<String> answer = post(body(ANTHROPIC, 2, "\"fallback\":false"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(HttpTestClient.json(answer).at("/error/type").asText()).isEqualTo("invalid_request_error");
    }

    @Test
    @DisplayName("end with one error if one of them breaks off, and the others are cancelled")
    void breaksOff() throws Exception {
        server.provider(ANTHROPIC)
                .enqueue(ProviderScripts.stall(ANTHROPIC, "one"))
                .defaultScript(ProviderScripts.truncate(ANTHROPIC, "two"));
        List<String> frames = stream(body(ANTHROPIC, 3, "\"fallback\":false,\"stream\":true"));
        assertThat(frames).last().isEqualTo("[DONE]");
        assertThat(frames).filteredOn("[DONE]"::equals).hasSize(1);
        assertThat(frames).filteredOn(frame -> frame.startsWith("{\"error\"")).hasSize(1);
        assertThat(server.provider(ANTHROPIC).nextExchange().disconnectedAt()).isPositive();
    }

    @Test
    @DisplayName("are all cancelled when the client disconnects")
    void disconnect() throws Exception {
        server.provider(ANTHROPIC).defaultScript(ProviderScripts.stall(ANTHROPIC, "word"));
        try (SseTestClient stream = server.app().http().stream("POST", CHAT, body(ANTHROPIC, 3, "\"stream\":true"))) {
            for (int i = 0; i < 6; i++) { // the role and the word of each
                stream.next();
            }
        }
        for (int i = 0; i < 3; i++) {
            assertThat(server.provider(ANTHROPIC).nextExchange().disconnectedAt())
                    .isPositive();
        }
    }

    @Test
    @DisplayName("are repeated also if such a provider answers in place of one that has them")
    void fallback() throws Exception {
        server.provider(OPENAI)
                .defaultScript(exchange ->
                        exchange.respond(500, "{\"error\":{\"message\":\"down\"}}", "content-type: application/json"));
        enqueue(ANTHROPIC, "one", "two");
        HttpResponse<String> answer = post(body(ANTHROPIC, 2, "\"x\":1").replace("anthropic/m-1", "openai-first"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(HttpTestClient.json(answer).path("choices")).hasSize(2);
        assertThat(JSON.readTree(server.provider(OPENAI).nextExchange().body())
                        .path("n")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    @DisplayName("are at most 8")
    void maximum() throws Exception {
        HttpResponse<String> answer = post(body(ANTHROPIC, 9, "\"fallback\":false"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(HttpTestClient.json(answer).at("/error/param").asText()).isEqualTo("n");
        assertThat(server.provider(ANTHROPIC).exchanges()).isEmpty();
    }

    private void enqueue(ProviderWireFormat wire, String... texts) {
        for (String text : texts) {
            server.provider(wire).enqueue(ProviderScripts.answer(wire, text));
        }
    }

    private static String body(ProviderWireFormat wire, int choices, String fields) {
        return """
                {"model":"%s","n":%d,"messages":[{"role":"user","content":"hi"}],%s}""".formatted(MultiProviderTestApp.model(wire), choices, fields);
    }

    private HttpResponse<String> post(String body) throws Exception {
        return server.app().http().post(CHAT, body);
    }

    private List<String> stream(String body) throws Exception {
        try (SseTestClient stream = server.app().http().stream("POST", CHAT, body)) {
            return stream.remaining().stream().map(event -> event.data()).toList();
        }
    }
}
