package io.parley.compatible;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionChoice;
import com.openai.models.completions.CompletionCreateParams;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Legacy completions")
class LegacyCompletionTest {

    private static final String PATH = "/v1/completions";

    @SuppressWarnings("NullAway.Init")
    private static MultiProviderTestApp server;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(data, Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @DisplayName("send the prompt as one message of the user, and return its answer, with any provider")
    @EnumSource(ProviderWireFormat.class)
    void whole(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.answer(wire, "once ", "upon"));
        HttpResponse<String> response = post("""
                {"model":"%s","prompt":["Tell"],"max_tokens":20,"temperature":0.5,"stop":"END","user":"u","echo":false,"best_of":1}""".formatted(MultiProviderTestApp.model(wire)));
        assertThat(response.headers().firstValue("x-parley-dropped"))
                .hasValue(wire == ProviderWireFormat.ANTHROPIC ? "user, temperature" : "user");
        JsonObject answer = json(response);
        assertThat(answer.getString("object")).isEqualTo("text_completion");
        assertThat(answer.getString("id")).startsWith("cmpl-");
        assertThat(answer.getJsonArray("choices").getJsonObject(0)).isEqualTo(new JsonObject("""
                {"text":"once upon","index":0,"logprobs":null,"finish_reason":"stop"}"""));
        assertThat(answer.getJsonObject("usage").getInteger("completion_tokens"))
                .isEqualTo(2);
        JsonObject sent = new JsonObject(server.provider(wire).nextExchange().body());
        assertThat(sent.getJsonArray("messages").size()).isEqualTo(1);
        assertThat(sent.getJsonArray("messages").getJsonObject(0).getString("role"))
                .isEqualTo("user");
        assertThat(sent.encode()).contains("Tell").contains("END").contains("20");
    }

    @Test
    @DisplayName("stream chunks of the same format, the usage on request, and [DONE]")
    void stream() throws Exception {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "a\n\"b\"", "c"));
        HttpResponse<String> response = post("""
                {"model":"openai/m-1","prompt":"x","stream":true,"stream_options":{"include_usage":true}}""");
        server.provider(ProviderWireFormat.OPENAI).nextExchange();
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        List<String> frames = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .toList();
        assertThat(frames).last().isEqualTo("data: [DONE]");
        List<JsonObject> chunks = frames.stream()
                .limit(frames.size() - 1L)
                .map(frame -> new JsonObject(frame.substring(6)))
                .toList();
        assertThat(chunks).allMatch(chunk -> chunk.getString("object").equals("text_completion"));
        assertThat(chunks)
                .extracting(chunk -> chunk.getString("id"))
                .containsOnly(chunks.getFirst().getString("id"));
        List<JsonObject> choices = chunks.stream()
                .filter(chunk -> !chunk.getJsonArray("choices").isEmpty())
                .map(chunk -> chunk.getJsonArray("choices").getJsonObject(0))
                .toList();
        assertThat(choices.stream().map(choice -> choice.getString("text")).collect(Collectors.joining()))
                .isEqualTo("a\n\"b\"c");
        assertThat(choices.getLast().getString("finish_reason")).isEqualTo("stop");
        assertThat(choices.getFirst().getString("finish_reason")).isNull();
        assertThat(chunks.getLast().getJsonObject("usage").getInteger("total_tokens"))
                .isPositive();
    }

    @Test
    @DisplayName("are read by OpenAI's SDK, whole and streamed")
    void sdk() throws Exception {
        FakeProvider provider = server.provider(ProviderWireFormat.ANTHROPIC);
        provider.enqueue(ProviderScripts.answer(ProviderWireFormat.ANTHROPIC, "one ", "two"));
        provider.enqueue(ProviderScripts.answer(ProviderWireFormat.ANTHROPIC, "one ", "two"));
        CompletionCreateParams params = CompletionCreateParams.builder()
                .model("anthropic/m-1")
                .prompt("x")
                .build();
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("any")
                .maxRetries(0)
                .build();
        Completion whole = client.completions().create(params);
        assertThat(whole.choices().getFirst().text()).isEqualTo("one two");
        assertThat(whole.choices().getFirst().finishReason().toString()).isEqualTo("stop");
        try (StreamResponse<Completion> stream = client.completions().createStreaming(params)) {
            assertThat(stream.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .map(CompletionChoice::text)
                            .collect(Collectors.joining()))
                    .isEqualTo("one two");
        }
        client.close();
        provider.nextExchange();
        provider.nextExchange();
    }

    @Test
    @DisplayName("that fail in the middle of a stream end with an error and [DONE]")
    void truncated() throws Exception {
        server.provider(ProviderWireFormat.OPENAI).enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "one"));
        HttpResponse<String> response = post("{\"model\":\"openai/m-1\",\"prompt\":\"x\",\"stream\":true}");
        server.provider(ProviderWireFormat.OPENAI).nextExchange();
        assertThat(response.body()).contains("\"error\":{").endsWith("data: [DONE]\n\n");
        assertThat(response.body()).doesNotContain("\"finish_reason\":\"");
    }

    @ParameterizedTest
    @DisplayName("refuse by name what chat models cannot do")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "prompt | {}",
                "prompt | {\"prompt\":\"\"}",
                "prompt | {\"prompt\":[]}",
                "prompt | {\"prompt\":[\"a\",\"b\"]}",
                "prompt | {\"prompt\":[1,2]}",
                "prompt | {\"prompt\":[[1,2]]}",
                "prompt | {\"prompt\":7}",
                "suffix | {\"prompt\":\"x\",\"suffix\":\"y\"}",
                "echo | {\"prompt\":\"x\",\"echo\":true}",
                "best_of | {\"prompt\":\"x\",\"best_of\":2}",
                "n | {\"prompt\":\"x\",\"n\":2}",
                "logprobs | {\"prompt\":\"x\",\"logprobs\":0}",
                "logit_bias | {\"prompt\":\"x\",\"logit_bias\":{\"1\":5}}",
                "max_tokens | {\"prompt\":\"x\",\"max_tokens\":0}",
            })
    void refused(String param, String fields) throws Exception {
        JsonObject body = new JsonObject(fields).put("model", "openai/m-1");
        HttpResponse<String> response = post(body.encode());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getJsonObject("error").getString("param"))
                .startsWith(param);
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return server.app().http().post(PATH, body);
    }

    private static JsonObject json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }
}
