package io.parley.compatible;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProvider.ResponseScript;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseTestClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each provider is sent, by its profile and by what it has refused, through a whole server. */
final class ProviderProfileTest {

    private static final String GENERATE = "/api/v1/ai/generate";
    private static final String CHAT = "/v1/chat/completions";
    private static final String LONG_ID = "call_" + "x".repeat(80);
    private static final String TEMPERATURE_ERROR = "{\"error\":{\"message\":\"no such temperature here\",\"type\":"
            + "\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"unsupported_value\"}}";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path data;

    private MultiProviderTestApp app(String... settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("gateway.cache.size", "0B"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new MultiProviderTestApp(data, all);
    }

    /** Answers, unless the body is one that the provider refuses with this error. */
    private static ResponseScript refusing(
            ProviderWireFormat wire, Predicate<JsonNode> refused, int status, String error) {
        return exchange -> {
            if (refused.test(body(exchange))) {
                ProviderScripts.errorResponse(status, error).play(exchange);
            } else {
                ProviderScripts.answer(wire, "{\"flows\":[{\"title\":\"Book a flight\"}]}")
                        .play(exchange);
            }
        };
    }

    private static JsonNode body(FakeProviderExchange exchange) throws Exception {
        return JSON.readTree(exchange.body());
    }

    private static List<JsonNode> bodies(FakeProvider provider) throws Exception {
        List<JsonNode> bodies = new ArrayList<>();
        for (FakeProviderExchange exchange : provider.exchanges()) {
            if (!exchange.body().isEmpty()) {
                bodies.add(body(exchange));
            }
        }
        return bodies;
    }

    private static String generate(String model, String more) {
        return "{\"provider\":\"openai\",\"model\":\"" + model + "\",\"fallback\":false" + more
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    private static String chat(String model, String more) {
        return "{\"model\":\"" + model + "\",\"fallback\":false" + more
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    @Test
    @DisplayName("a default temperature that a model refuses is left out, at once and from then on")
    void defaultTemperature() throws Exception {
        try (MultiProviderTestApp app = app()) {
            FakeProvider provider = app.provider(ProviderWireFormat.OPENAI)
                    .defaultScript(refusing(
                            ProviderWireFormat.OPENAI, body -> body.has("temperature"), 400, TEMPERATURE_ERROR));
            HttpResponse<String> first = app.app().http().post("/ai/generate", generate("m-1", ""));
            assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
            assertThat(HttpTestClient.json(first).path("attempts").asInt()).isEqualTo(1);
            assertThat(bodies(provider)).hasSize(2);
            assertThat(bodies(provider).getLast().path("max_tokens").asInt()).isEqualTo(1000);
            assertThat(app.app()
                            .http()
                            .post("/ai/generate", generate("m-1", ""))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(bodies(provider)).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-5-mini", "o1", "o3-pro", "o4-mini", "gpt-6", "openai/gpt-5.1"})
    @DisplayName("a reasoning model is not sent a default temperature")
    void reasoningModel(String model) throws Exception {
        try (MultiProviderTestApp app = app()) {
            assertThat(app.app().http().post(GENERATE, generate(model, "")).statusCode())
                    .isEqualTo(200);
            assertThat(app.provider(ProviderWireFormat.OPENAI).nextExchange().body())
                    .doesNotContain("temperature");
            assertThat(app.app()
                            .http()
                            .post(GENERATE, generate(model, ",\"temperature\":0.5"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(app.provider(ProviderWireFormat.OPENAI).nextExchange().body())
                    .contains("\"temperature\":0.5");
        }
    }

    @Test
    @DisplayName("a temperature that the client asked for is not dropped: the client gets the error with its parameter")
    void explicitTemperature() throws Exception {
        try (MultiProviderTestApp app = app()) {
            FakeProvider provider = app.provider(ProviderWireFormat.OPENAI)
                    .defaultScript(refusing(
                            ProviderWireFormat.OPENAI, body -> body.has("temperature"), 400, TEMPERATURE_ERROR));
            HttpResponse<String> answer = app.app().http().post(GENERATE, generate("m-1", ",\"temperature\":0.5"));
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(HttpTestClient.json(answer).path("code").asText()).isEqualTo("provider_rejected");
            assertThat(HttpTestClient.json(answer).path("param").asText()).isEqualTo("temperature");
            assertThat(bodies(provider)).hasSize(1);
            HttpResponse<String> wrapped = app.app().http().post(CHAT, chat("openai/m-1", ",\"temperature\":0.5"));
            JsonNode error = HttpTestClient.json(wrapped).path("error");
            assertThat(wrapped.statusCode()).isEqualTo(400);
            assertThat(error.path("param").asText()).isEqualTo("temperature");
            assertThat(error.path("code").asText()).isEqualTo("unsupported_value");
            assertThat(wrapped.body()).doesNotContain("no such temperature here");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            temperature | {"error":{"message":"no such temperature here","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}
            json_schema | {"error":{"message":"no such format","type":"invalid_request_error"}}
            json_schema | {"error":{"message":"This response_format type is unavailable now","type":"invalid_request_error"}}
            max_tokens  | {"detail":[{"type":"extra_forbidden","loc":["body","max_tokens"],"msg":"Extra inputs are not permitted"}]}
            """)
    @DisplayName("flows are extracted although the provider refuses the defaults of the extraction")
    void extraction(String refused, String error) throws Exception {
        try (MultiProviderTestApp app = app()) {
            app.provider(ProviderWireFormat.OPENAI)
                    .defaultScript(refusing(
                            ProviderWireFormat.OPENAI,
                            body -> body.toString().contains("\"" + refused + "\""),
                            400,
                            error));
            assertThat(extracted(app)).contains("\"extraction\":\"ok\"").contains("Book a flight");
        }
    }

    @Test
    @DisplayName("a schema is requested as a JSON object, and then by words, if the provider refuses each way")
    void schemaByWords() throws Exception {
        try (MultiProviderTestApp app = app()) {
            FakeProvider provider = app.provider(ProviderWireFormat.OPENAI)
                    .defaultScript(refusing(
                            ProviderWireFormat.OPENAI,
                            body -> body.has("response_format"),
                            422,
                            "{\"error\":{\"message\":\"m\",\"param\":\"response_format.type\"}}"));
            assertThat(extracted(app)).contains("\"extraction\":\"ok\"");
            List<JsonNode> bodies = bodies(provider).stream()
                    .filter(body -> body.toString().contains("JSON"))
                    .toList();
            assertThat(bodies)
                    .extracting(
                            body -> body.path("response_format").path("type").asText())
                    .containsExactly("json_schema", "json_object", "");
            assertThat(bodies.getLast().path("messages").get(0).path("content").asText())
                    .contains("JSON schema")
                    .contains("due_date");
        }
    }

    private static String extracted(MultiProviderTestApp app) throws Exception {
        String request = "{\"context_id\":\"default\",\"provider\":\"openai\",\"model\":\"m-1\",\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"Please book a flight to Oslo by Friday.\"}]}";
        try (SseTestClient stream = app.app().http().stream("POST", "/api/v1/conversations/stream", request)) {
            return stream.remaining().toString();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "openai,openai,call_",
        "mistral,openai,[a-zA-Z0-9]{9}",
        "anthropic,anthropic,[a-zA-Z0-9_-]+",
    })
    @DisplayName("ids of tool calls that the provider does not accept are replaced, in calls and results alike")
    void toolIds(String profile, String provider, String pattern) throws Exception {
        for (String id : List.of("functions.f:0", LONG_ID)) {
            try (MultiProviderTestApp app = app("providers." + provider + ".profile", profile)) {
                String history = "{\"model\":\"" + provider + "/m-1\",\"fallback\":false,\"messages\":["
                        + "{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
                        + "{\"id\":\"" + id
                        + "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"ok\"}]}";
                HttpResponse<String> answer = app.app().http().post(CHAT, history);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                JsonNode messages = body(app.provider(ProviderWireFormat.valueOf(provider.toUpperCase(Locale.ROOT)))
                                .nextExchange())
                        .path("messages");
                List<String> ids = new ArrayList<>();
                ids.addAll(messages.findValuesAsText("id"));
                ids.addAll(messages.findValuesAsText("tool_call_id"));
                ids.addAll(messages.findValuesAsText("tool_use_id"));
                assertThat(ids).hasSize(2).containsOnly(ids.getFirst());
                assertThat(ids.getFirst()).hasSizeLessThanOrEqualTo(64);
                if (!profile.equals("openai")) {
                    assertThat(ids.getFirst()).matches(pattern);
                }
            }
        }
    }

    @Test
    @DisplayName(
            "a provider that knows neither max_completion_tokens nor stream_options gets max_tokens, and no refusal twice")
    void mistral() throws Exception {
        ResponseScript strict = exchange -> {
            JsonNode body = body(exchange);
            for (String field : List.of("max_completion_tokens", "stream_options")) {
                if (body.has(field)) {
                    ProviderScripts.errorResponse(
                                    422,
                                    "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":"
                                            + "[\"body\",\"" + field + "\"],\"msg\":\"unknown field\"}]},"
                                            + "\"type\":\"invalid_request_error\"}")
                            .play(exchange);
                    return;
                }
            }
            ProviderScripts.answer(ProviderWireFormat.OPENAI, "Hello").play(exchange);
        };
        String request = chat("openai/m-1", ",\"max_completion_tokens\":10,\"stream\":true");
        for (String profile : List.of("mistral", "openai-compatible", "openai")) {
            try (MultiProviderTestApp app = app("providers.openai.profile", profile)) {
                FakeProvider provider = app.provider(ProviderWireFormat.OPENAI).defaultScript(strict);
                HttpResponse<String> answer = app.app().http().post(CHAT, request);
                assertThat(answer.body()).as(profile).contains("Hello");
                JsonNode sent = bodies(provider).getLast();
                assertThat(sent.path("max_tokens").asInt()).isEqualTo(10);
                assertThat(sent.has("stream_options")).isFalse();
                int before = bodies(provider).size();
                assertThat(before).as(profile).isEqualTo(profile.equals("mistral") ? 1 : 3);
                assertThat(app.app().http().post(CHAT, request).body()).contains("Hello");
                assertThat(bodies(provider)).hasSize(before + 1);
            }
        }
    }

    @Test
    @DisplayName("each field of a profile can be set for one provider")
    void fields() throws Exception {
        try (MultiProviderTestApp app = app(
                "providers.openai.max-tokens-field", "max_completion_tokens",
                "providers.openai.stream-usage", "no",
                "providers.openai.schema", "json_object",
                "providers.openai.sampling", "none",
                "providers.openai.roles", "{\"system\":\"developer\"}",
                "providers.openai.api-key-header", "api-key",
                "providers.openai.query", "api-version=2024-10-21",
                "providers.openai.extra-body", "{\"top_k\":20,\"seed\":3,\"temperature\":1}",
                "providers.openai.extra-headers", "{\"X-Team\":\"research\"}")) {
            String more =
                    ",\"max_tokens\":10,\"temperature\":0.1,\"seed\":7,\"response_format\":{\"type\":\"json_schema\","
                            + "\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"object\"}}}";
            HttpResponse<String> answer = app.app().http().post(CHAT, chat("openai/m-1", more));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            FakeProviderExchange exchange =
                    app.provider(ProviderWireFormat.OPENAI).nextExchange();
            JsonNode body = body(exchange);
            assertThat(exchange.path()).isEqualTo("/v1/chat/completions?api-version=2024-10-21");
            assertThat(exchange.header("api-key")).isEqualTo("k");
            assertThat(exchange.header("authorization")).isEmpty();
            assertThat(exchange.header("x-team")).isEqualTo("research");
            assertThat(body.path("max_completion_tokens").asInt()).isEqualTo(10);
            assertThat(body.has("stream_options")).isFalse();
            assertThat(body.path("response_format").toString()).isEqualTo("{\"type\":\"json_object\"}");
            assertThat(body.path("messages").get(0).path("role").asText()).isEqualTo("developer");
            assertThat(body.path("messages").get(0).path("content").asText()).contains("{\"type\":\"object\"}");
            assertThat(body.path("temperature").asDouble()).isEqualTo(1);
            assertThat(body.path("seed").asInt()).isEqualTo(7);
            assertThat(body.path("top_k").asInt()).isEqualTo(20);
        }
    }

    @Test
    @DisplayName("a provider is called through its proxy, also if its host has an underscore")
    void proxy() throws Exception {
        try (FakeProvider proxy = FakeProvider.start();
                MultiProviderTestApp app = app(
                        "providers.openai.base-url",
                        "http://gpu_host:8000/v1",
                        "providers.openai.proxy",
                        "http://me:secret@127.0.0.1:" + proxy.port())) {
            HttpResponse<String> answer = app.app().http().post(CHAT, chat("openai/m-1", ""));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            FakeProviderExchange exchange = proxy.nextExchange();
            assertThat(exchange.path()).isEqualTo("http://gpu_host:8000/v1/chat/completions");
            assertThat(exchange.header("host")).isEqualTo("gpu_host:8000");
            assertThat(exchange.header("proxy-authorization")).startsWith("Basic ");
        }
    }

    @Test
    @DisplayName("Ollama gets the configured context length and keep-alive")
    void ollama() throws Exception {
        try (MultiProviderTestApp app = app("providers.ollama.num-ctx", "16384", "providers.ollama.keep-alive", "1h")) {
            HttpResponse<String> answer = app.app().http().post(CHAT, chat("ollama/m-1", ",\"temperature\":0.5"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode body = body(app.provider(ProviderWireFormat.OLLAMA).nextExchange());
            assertThat(body.path("options").path("num_ctx").asInt()).isEqualTo(16_384);
            assertThat(body.path("options").path("temperature").asDouble()).isEqualTo(0.5);
            assertThat(body.path("keep_alive").asText()).isEqualTo("1h");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude-opus-4-8[1m]",
                "~anthropic/claude-sonnet-latest",
                "Claude 4.6 Sonnet v1",
                "通义千问-max",
                "@cf/meta/llama-3.3-70b"
            })
    @DisplayName("the provider decides which names of models it has")
    void modelNames(String model) throws Exception {
        try (MultiProviderTestApp app = app()) {
            HttpResponse<String> answer = app.app().http().post(CHAT, chat("openai/" + model, ""));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(body(app.provider(ProviderWireFormat.OPENAI).nextExchange())
                            .path("model")
                            .asText())
                    .isEqualTo(model);
            assertThat(answer.headers().firstValue("x-parley-model").orElseThrow())
                    .isEqualTo(model.startsWith("通") ? "%E9%80%9A%E4%B9%89%E5%8D%83%E9%97%AE-max" : model);
            assertThat(app.app().http().post(CHAT, chat(model, "")).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " m", "a\\tb", "a\\u0000", "a\\u202eb", "\\ud800"})
    @DisplayName("a name of a model with characters that are not printable is rejected")
    void unprintableModel(String model) throws Exception {
        try (MultiProviderTestApp app = app()) {
            HttpResponse<String> answer = app.app().http().post(CHAT, chat(model, ""));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-4-8,ANTHROPIC",
        "gpt-4o,OPENAI",
        "o3-mini,OPENAI",
        "llama3.3,OLLAMA",
        "something-else,OLLAMA"
    })
    @DisplayName(
            "a model that no provider lists goes to a provider of its family, and otherwise to the default provider")
    void families(String model, ProviderWireFormat wire) throws Exception {
        try (MultiProviderTestApp app = app("gateway.provider", "ollama")) {
            HttpResponse<String> answer = app.app().http().post(CHAT, chat(model, ""));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-parley-provider")).contains(MultiProviderTestApp.name(wire));
        }
    }

    @Test
    @DisplayName("demo is answered by the demo provider")
    void demo() throws Exception {
        try (MultiProviderTestApp app = app()) {
            HttpResponse<String> answer = app.app().http().post(CHAT, chat("demo", ""));
            assertThat(answer.headers().firstValue("x-parley-provider")).contains("demo");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"error":{"message":"secret words","type":"invalid_request_error","param":"messages[1].tool_calls[0].id","code":"too_long"}} | messages[1].tool_calls[0].id | too_long
            {"object":"error","message":{"detail":[{"type":"missing","loc":["body","messages",0,"content"],"msg":"secret words"}]}}     | messages.0.content          | missing
            {"detail":[{"type":"missing","loc":["body","x"],"msg":"secret words"}]}                                                    | x                           | missing
            {"error":{"message":"secret words about top_p","param":"free words of the provider","code":"more words"}}                  | top_p                       | provider_rejected
            {"error":{"message":"secret words","param":null,"code":null}}                                                              | null                        | provider_rejected
            """)
    @DisplayName("a rejected request has the names of what was rejected, but not the provider's words")
    void rejection(String error, String param, String code) throws Exception {
        try (MultiProviderTestApp app = app()) {
            app.provider(ProviderWireFormat.OPENAI).defaultScript(ProviderScripts.errorResponse(400, error));
            HttpResponse<String> answer = app.app().http().post(CHAT, chat("openai/m-1", ""));
            JsonNode problem = HttpTestClient.json(answer).path("error");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(problem.path("param").asText()).isEqualTo(param);
            assertThat(problem.path("code").asText()).isEqualTo(code);
            assertThat(answer.body()).doesNotContain("words");
            HttpResponse<String> messages = app.app()
                    .http()
                    .post(
                            "/v1/messages",
                            chat("openai/m-1", ",\"max_tokens\":10").replace("\"fallback\":false,", ""));
            assertThat(messages.statusCode()).isEqualTo(400);
            String message =
                    HttpTestClient.json(messages).path("error").path("message").asText();
            assertThat(message)
                    .isEqualTo(
                            (param.equals("null") ? "" : param + ": ") + "openai: the provider rejected the request");
        }
    }
}
