package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseTestClient;
import io.parley.testing.UsageTestApp;
import io.parley.testing.UsageTestApp.Store;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that call a whole server with API keys, and the limits of these keys. */
class ApiKeyLimitsTest {

    private static final String GENERATE = "/api/v1/ai/generate";
    private static final String NOT_ALLOWED = "this API key may not use the requested model";

    @TempDir
    private Path data;

    @Test
    @DisplayName("a key may use only the models that it allows, under both names of a route")
    void models() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            String key = createKey(app, ",\"allowed_models\":[\"openai/priced\"]")
                    .get("key")
                    .asText();
            assertThat(request(app, GENERATE, UsageTestApp.PRICED, "x-api-key", key)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(request(app, "/ai/generate", "openai/priced", "Authorization", "Bearer " + key)
                            .statusCode())
                    .isEqualTo(200);
            for (String path : List.of(GENERATE, "/api/v1/ai/estimate")) {
                HttpResponse<String> rejected = request(app, path, UsageTestApp.UNPRICED, "x-api-key", key);
                assertThat(rejected.statusCode()).isEqualTo(403);
                assertThat(HttpTestClient.json(rejected).get("code").asText()).isEqualTo("model_not_allowed");
                assertThat(HttpTestClient.json(rejected).get("detail").asText()).isEqualTo(NOT_ALLOWED);
            }
            JsonNode openAi = error(request(app, "/v1/chat/completions", UsageTestApp.UNPRICED, "x-api-key", key));
            assertThat(openAi.get("type").asText()).isEqualTo("permission_error");
            assertThat(openAi.get("code").asText()).isEqualTo("model_not_allowed");
            assertThat(openAi.get("message").asText()).isEqualTo(NOT_ALLOWED);
            JsonNode anthropic = error(request(app, "/v1/messages", UsageTestApp.UNPRICED, "x-api-key", key));
            assertThat(anthropic.get("type").asText()).isEqualTo("permission_error");
            assertThat(anthropic.get("message").asText()).isEqualTo(NOT_ALLOWED);
            assertThat(app.provider.exchanges()).hasSize(2);
        }
    }

    @Test
    @DisplayName("a key has a request limit; each response reports what remains, and a 429 how long to wait")
    void requests() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            String key = createKey(app, ",\"requests_per_minute\":2,\"tokens_per_minute\":100000")
                    .get("key")
                    .asText();
            HttpResponse<String> first = request(app, GENERATE, UsageTestApp.PRICED, "x-api-key", key);
            assertThat(first.headers().firstValue("x-ratelimit-limit-requests")).hasValue("2");
            assertThat(first.headers().firstValue("x-ratelimit-remaining-requests"))
                    .hasValue("1");
            assertThat(first.headers().firstValue("x-ratelimit-reset-requests"))
                    .hasValueSatisfying(reset -> assertThat(reset).matches("\\d+(\\.\\d+)?s"));
            assertThat(first.headers().firstValue("x-ratelimit-limit-tokens")).hasValue("100000");
            request(app, GENERATE, UsageTestApp.PRICED, "x-api-key", key);
            HttpResponse<String> third = request(app, GENERATE, UsageTestApp.PRICED, "x-api-key", key);
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.headers().firstValue("retry-after"))
                    .hasValueSatisfying(
                            seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 60));
            String other = createKey(app, "").get("key").asText();
            assertThat(request(app, GENERATE, UsageTestApp.PRICED, "x-api-key", other)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("usage is counted per key")
    void counted() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            JsonNode created = createKey(app, ",\"daily_usd\":1");
            String id = created.get("id").asText();
            request(
                    app,
                    GENERATE,
                    UsageTestApp.PRICED,
                    "x-api-key",
                    created.get("key").asText());
            JsonNode budget = app.get("/api/v1/budgets/key:" + id);
            for (int polls = 0;
                    polls < 500 && budget.get("spent_today_usd").decimalValue().signum() == 0;
                    polls++) {
                budget = app.get("/api/v1/budgets/key:" + id);
            }
            assertThat(budget.get("spent_today_usd").decimalValue()).isEqualByComparingTo("0.0001");
            JsonNode rows = app.get("/api/v1/usage?group_by=user&user=" + id).get("data");
            for (int polls = 0; polls < 500 && rows.isEmpty(); polls++) {
                rows = app.get("/api/v1/usage?group_by=user&user=" + id).get("data");
            }
            assertThat(rows).hasSize(1);
        }
    }

    @Test
    @DisplayName("revoking a key ends its running answers and closes their provider connections")
    void revokedWhileStreaming() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            JsonNode created = createKey(app, "");
            String id = created.get("id").asText();
            String other = createKey(app, "").get("key").asText();
            app.provider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "Well"));
            String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
            try (SseTestClient stream = app.http().stream(
                    "POST",
                    "/api/v1/ai/stream",
                    body,
                    "x-api-key",
                    created.get("key").asText())) {
                assertThat(stream.next().data()).contains("Well");
                assertThat(app.http().delete("/api/v1/admin/keys/" + id).statusCode())
                        .isEqualTo(204);
                assertThat(stream.remaining()).last().satisfies(last -> {
                    assertThat(last.name()).isEqualTo("error");
                    assertThat(last.data()).contains("invalid_token");
                });
                app.provider.nextExchange().disconnectedAt(); // waits for the request
                assertThat(request(app, GENERATE, UsageTestApp.PRICED, "x-api-key", other)
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("parallel requests of a key never exceed the budget of the key")
    void concurrent(Store store) throws Exception {
        try (UsageTestApp app = open(store);
                ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            String key = createKey(app, ",\"daily_usd\":0.01").get("key").asText();
            List<Callable<Integer>> requests = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                requests.add(() -> request(app, GENERATE, UsageTestApp.PRICED, "x-api-key", key)
                        .statusCode());
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> each : all.invokeAll(requests)) {
                statuses.add(each.get());
            }
            assertThat(statuses).containsOnly(200, 402);
            assertThat(statuses.stream().filter(status -> status == 200).count())
                    .isBetween(1L, 100L);
            assertThat(app.provider.exchanges()).hasSizeLessThanOrEqualTo(100);
        }
    }

    private static JsonNode error(HttpResponse<String> rejected) throws Exception {
        assertThat(rejected.statusCode()).isEqualTo(403);
        return HttpTestClient.json(rejected).get("error");
    }

    private UsageTestApp open(Store store) throws Exception {
        return new UsageTestApp(data, store, true, Map.of());
    }

    private static JsonNode createKey(UsageTestApp app, String fields) throws Exception {
        HttpResponse<String> created = app.http().post("/api/v1/admin/keys", "{\"name\":\"ci\"" + fields + "}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return HttpTestClient.json(created);
    }

    private static HttpResponse<String> request(UsageTestApp app, String path, String model, String... headers)
            throws Exception {
        return app.http()
                .post(
                        path,
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}],\"model\":\"" + model
                                + "\",\"max_tokens\":" + UsageTestApp.OUTPUT + "}",
                        headers);
    }
}
