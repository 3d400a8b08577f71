package io.parley.compatible;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.FakeProvider;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Legacy completions of a provider that has them")
class NativeCompletionsTest {

    private static final String PATH = "/v1/completions";
    private static final String DONE = "data: [DONE]\n\n";

    private static final String WHOLE = """
            {"id":"cmpl-1", "object":"text_completion","model":"m-1","choices":[{"index":0,"text":" a time","logprobs":{"tokens":["x"]},
            "finish_reason":"length"}],"usage":{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6},"tomorrow":1}""";

    private static final String USAGE = """
            data: {"id":"cmpl-1","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6}}

            """;

    @SuppressWarnings("NullAway.Init")
    private MultiProviderTestApp server;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(
                data,
                Map.of(
                        "providers.openai.profile", "vllm",
                        "gateway.cache.size", "0B",
                        "gateway.models.both.targets", "openai/m-1,anthropic/m-1"));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @DisplayName("pass as they are, with everything that a chat model could not be asked")
    @ValueSource(
            strings = {
                "\"prompt\":\"Once upon\",\"suffix\":\"the end\",\"echo\":true",
                "\"prompt\":[\"a\", \"b\"],\"n\":2,\"best_of\":3,\"logprobs\":5",
                "\"prompt\":[1, 2, 3],\"logit_bias\":{\"1\":5},\"min_p\":0.10",
                "\"prompt\":[[1, 2],[3]],\"brand_new\":[1.50]"
            })
    void whole(String fields) throws Exception {
        openAi().enqueue(exchange -> exchange.respond(200, WHOLE, "content-type: application/json"));
        HttpResponse<String> answer = post("{ \"model\":\"openai/m-1\"," + fields + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(WHOLE);
        assertThat(openAi().exchanges().getLast().path()).isEqualTo("/v1/completions");
        assertThat(openAi().exchanges().getLast().body()).isEqualTo("{ \"model\":\"m-1\"," + fields + "}");
    }

    @Test
    @DisplayName("pass chunk by chunk, without a usage that was not asked for")
    void stream() throws Exception {
        String chunks = chunk(0, "\"text\":\"a\"") + chunk(0, "\"text\":\"\",\"finish_reason\":\"stop\"");
        openAi().enqueue(exchange ->
                exchange.startStream(ProviderWireFormat.OPENAI).finish(chunks + USAGE + DONE));
        HttpResponse<String> answer = post("{\"model\":\"openai/m-1\",\"prompt\":\"x\",\"stream\":true}");
        assertThat(withoutComments(answer.body())).isEqualTo(chunks + DONE);
        assertThat(openAi().exchanges().getLast().body())
                .isEqualTo(
                        "{\"model\":\"m-1\",\"prompt\":\"x\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    @DisplayName("pass to the end of the last choice, long after that of the first")
    void slowChoice() throws Exception {
        String first = chunk(0, "\"text\":\"a\",\"finish_reason\":\"stop\"");
        String last = chunk(1, "\"text\":\"b\"") + chunk(1, "\"text\":\"c\",\"finish_reason\":\"length\"");
        openAi().enqueue(exchange -> {
            exchange.startStream(ProviderWireFormat.OPENAI).write(first);
            exchange.delay(Duration.ofMillis(2_500));
            exchange.finish(last + DONE);
        });
        HttpResponse<String> answer = post("{\"model\":\"openai/m-1\",\"prompt\":[\"x\",\"y\"],\"stream\":true}");
        assertThat(withoutComments(answer.body())).isEqualTo(first + last + DONE);
    }

    @Test
    @DisplayName("of a chat pass to the end of the last choice, too")
    void slowChatChoice() throws Exception {
        String first = chunk(0, "\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"");
        String last = chunk(1, "\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"");
        openAi().enqueue(exchange -> {
            exchange.startStream(ProviderWireFormat.OPENAI).write(first);
            exchange.delay(Duration.ofMillis(2_500));
            exchange.finish(last + DONE);
        });
        HttpResponse<String> answer = server.app().http().post("/v1/chat/completions", """
                {"model":"openai/m-1","n":2,"stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        assertThat(withoutComments(answer.body())).isEqualTo(first + last + DONE);
    }

    @Test
    @DisplayName("that break off end with an error and [DONE]")
    void truncated() throws Exception {
        openAi().enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                .write(chunk(0, "\"text\":\"a\""))
                .truncate());
        HttpResponse<String> answer = post("{\"model\":\"openai/m-1\",\"prompt\":\"x\",\"stream\":true}");
        assertThat(answer.body()).contains("\"text\":\"a\"", "\"error\":{").endsWith(DONE);
    }

    @Test
    @DisplayName("fall back to a chat model only if it can be asked the same")
    void fallback() throws Exception {
        openAi().defaultScript(exchange -> exchange.respond(500, "{}", "content-type: application/json"));
        FakeProvider anthropic = server.provider(ProviderWireFormat.ANTHROPIC);
        anthropic.enqueue(ProviderScripts.answer(ProviderWireFormat.ANTHROPIC, "hello"));
        JsonObject answer =
                new JsonObject(post("{\"model\":\"both\",\"prompt\":\"x\"}").body());
        assertThat(answer.getJsonArray("choices").getJsonObject(0).getString("text"))
                .isEqualTo("hello");
        assertThat(anthropic.exchanges()).hasSize(1);
        assertThat(post("{\"model\":\"both\",\"prompt\":\"x\",\"echo\":true}").statusCode())
                .isEqualTo(502);
        assertThat(anthropic.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("are rejected if there is no prompt")
    void noPrompt() throws Exception {
        HttpResponse<String> answer = post("{\"model\":\"openai/m-1\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(HttpTestClient.json(answer).at("/error/param").asText()).isEqualTo("prompt");
    }

    private FakeProvider openAi() {
        return server.provider(ProviderWireFormat.OPENAI);
    }

    private static String chunk(int index, String fields) {
        return "data: {\"id\":\"cmpl-1\",\"choices\":[{\"index\":" + index + "," + fields + "}]}\n\n";
    }

    private static String withoutComments(String stream) {
        return stream.replaceAll("(?m)^:.*\\n\\n?", "");
    }

    private HttpResponse<String> post(String body) throws Exception {
        return server.app().http().post(PATH, body);
    }
}
