package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.HttpTestClient;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.parley.testing.UsageTestApp;
import io.parley.testing.UsageTestApp.Store;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole server that counts usage, seen from outside. */
class UsageAccountingTest {

    private static final Duration MAX_DELAY = Duration.ofSeconds(1);
    private static final String GLOBAL = "/api/v1/budgets/global";

    @TempDir
    private Path data;

    @ParameterizedTest
    @EnumSource
    @DisplayName("usage is visible within a second of the answer, grouped as requested")
    void visible(Store store) throws Exception {
        try (UsageTestApp app = open(store)) {
            assertThat(app.sendChat(UsageTestApp.PRICED)).isEqualTo("done");
            JsonNode row = eventually(() -> app.get("/api/v1/usage?group_by=provider,model,user,day")
                    .path("data")
                    .path(0));
            assertThat(row.get("provider").asText()).isEqualTo("openai");
            assertThat(row.get("model").asText()).isEqualTo(UsageTestApp.PRICED);
            assertThat(row.get("user").asText()).isEqualTo("dev");
            assertThat(row.get("day").asText()).matches("\\d{4}-\\d\\d-\\d\\d");
            assertThat(row.has("context")).isFalse();
            assertThat(row.get("requests").asInt()).isEqualTo(1);
            assertThat(row.get("input_tokens").asInt()).isEqualTo(UsageTestApp.INPUT);
            assertThat(row.get("output_tokens").asInt()).isEqualTo(UsageTestApp.OUTPUT);
            assertThat(row.get("cost_usd").decimalValue()).isEqualByComparingTo("0.0001");
            assertThat(row.get("estimated_requests").asInt()).isZero();
            assertThat(row.get("errors").asInt()).isZero();
            JsonNode summary = app.get("/api/v1/usage/summary");
            for (String period : List.of("today", "last_7_days", "last_30_days", "this_month")) {
                assertThat(summary.get(period).get("output_tokens").asInt())
                        .as(period)
                        .isEqualTo(UsageTestApp.OUTPUT);
            }
        }
    }

    @Test
    @DisplayName("without a known price the cost is null, and the number of unpriced attempts is reported")
    void unpriced() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            app.sendChat(UsageTestApp.UNPRICED);
            app.sendChat(UsageTestApp.PRICED);
            JsonNode sum = eventually(() -> {
                JsonNode all = app.get("/api/v1/usage").path("data").path(0);
                return all.path("requests").asInt() == 2 ? all : all.path("not yet");
            });
            assertThat(sum.get("cost_usd").isNull()).isTrue();
            assertThat(sum.get("unpriced_requests").asInt()).isEqualTo(1);
            assertThat(sum.get("priced_cost_usd").decimalValue()).isEqualByComparingTo("0.0001");
        }
    }

    @Test
    @DisplayName("an invalid usage query is rejected with all its errors")
    void invalidQuery() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            HttpResponse<String> answer =
                    app.http().get("/api/v1/usage?from=yesterday&to=2026-13-01&group_by=day,hour");
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(HttpTestClient.json(answer).get("errors"))
                    .extracting(error -> error.get("pointer").asText())
                    .containsExactlyInAnyOrder("/from", "/to", "/group_by");
            assertThat(app.http()
                            .get("/api/v1/usage?group_by=provider,provider")
                            .statusCode())
                    .isEqualTo(422);
            assertThat(app.http()
                            .get("/api/v1/usage?from=2026-01-02&to=2026-01-01")
                            .statusCode())
                    .isEqualTo(422);
        }
    }

    @Test
    @DisplayName("a plain user sees only their own usage, and not even that other usage exists")
    void ownUsageOnly() throws Exception {
        try (UsageTestApp app = new UsageTestApp(data, Store.SQLITE, false, Map.of())) {
            String ada = app.authorization("ada");
            String bob = app.authorization("bob");
            String root = UsageTestApp.adminAuthorization();
            assertThat(app.sendChat(UsageTestApp.PRICED, "Authorization", ada)).isEqualTo("done");
            eventually(() ->
                    app.get("/api/v1/usage", "Authorization", root).path("data").path(0));
            assertThat(app.get("/api/v1/usage?group_by=user", "Authorization", ada)
                            .get("data"))
                    .singleElement()
                    .satisfies(row -> assertThat(row.get("user").asText()).isEqualTo("ada"));
            assertThat(app.get("/api/v1/usage?user=ada", "Authorization", root).get("data"))
                    .hasSize(1);
            assertThat(app.get("/api/v1/usage", "Authorization", bob).get("data"))
                    .isEmpty();
            for (String path : List.of(
                    "/api/v1/usage?user=ada",
                    "/api/v1/usage/summary?user=ada",
                    "/api/v1/alerts?scope=global",
                    "/api/v1/alerts?scope=user:ada",
                    GLOBAL,
                    "/api/v1/budgets/user:ada",
                    "/api/v1/budgets/user:bob",
                    "/api/v1/budgets/user:unknown")) {
                assertThat(status(app, "GET", path, "", bob)).as(path).isEqualTo(404);
            }
            for (String scope : List.of("user:ada", "user:bob", "global")) {
                String path = "/api/v1/budgets/" + scope;
                assertThat(status(app, "PUT", path, "{\"daily_usd\":1}", bob)).isEqualTo(403);
                assertThat(status(app, "PUT", path, "{\"daily_usd\":1}", root)).isEqualTo(200);
            }
            JsonNode budget = app.get("/api/v1/budgets/user:ada", "Authorization", ada);
            assertThat(budget.get("daily_usd").decimalValue()).isEqualByComparingTo("1");
            assertThat(budget.get("monthly_usd").isNull()).isTrue();
            assertThat(budget.get("spent_today_usd").decimalValue()).isEqualByComparingTo("0.0001");
            assertThat(status(app, "GET", "/api/v1/budgets/user:ada", "", bob)).isEqualTo(404);
            assertThat(app.get("/api/v1/alerts", "Authorization", bob).get("data"))
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("an unknown scope does not exist, however it is encoded")
    void scopes() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            for (String scope : List.of(
                    "globe",
                    "user:",
                    "user:a%2Fb",
                    "context:x",
                    "user:a;b",
                    "user:" + "x".repeat(129),
                    "user:a*",
                    ":")) {
                assertThat(app.http()
                                .send("PUT", "/api/v1/budgets/" + scope, "{\"daily_usd\":1}")
                                .statusCode())
                        .as(scope)
                        .isEqualTo(404);
            }
            for (String scope : List.of("provider:openai", "user:a.b@example.com", "user:x_y-z", "key:key_1")) {
                assertThat(app.http()
                                .send("PUT", "/api/v1/budgets/" + scope, "{\"daily_usd\":1}")
                                .statusCode())
                        .as(scope)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("an exhausted budget rejects with 402, is understood by SDKs, and raises an alert")
    void exhausted() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            put(app, "{\"daily_usd\":0.00015}");
            assertThat(app.sendChat(UsageTestApp.PRICED)).isEqualTo("done");
            HttpResponse<String> rejected =
                    app.http().post("/api/v1/conversations/stream", UsageTestApp.chat(UsageTestApp.PRICED));
            assertThat(rejected.statusCode()).isEqualTo(402);
            assertThat(rejected.headers().firstValue("x-should-retry")).hasValue("false");
            assertThat(HttpTestClient.json(rejected).get("code").asText()).isEqualTo("budget_exceeded");
            JsonNode alert =
                    eventually(() -> app.get("/api/v1/alerts").path("data").path(0));
            assertThat(alert.get("scope").asText()).isEqualTo("global");
            assertThat(alert.get("level").asText()).isEqualTo("exceeded");
            assertThat(alert.get("blocked").asBoolean()).isTrue();
            put(app, "{\"daily_usd\":0.00015,\"on_exceed\":\"warn\"}");
            assertThat(app.sendChat(UsageTestApp.PRICED)).isEqualTo("done");
        }
    }

    @Test
    @DisplayName("of two hundred parallel requests at most a hundred are answered when the budget covers a hundred")
    void concurrent() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE);
                ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            put(app, "{\"daily_usd\":0.01}");
            List<Callable<String>> requests = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                requests.add(() -> app.sendChat(UsageTestApp.PRICED));
            }
            List<String> ends = new ArrayList<>();
            for (Future<String> each : all.invokeAll(requests)) {
                ends.add(each.get());
            }
            assertThat(ends).containsOnly("done", "402");
            assertThat(ends.stream().filter("done"::equals).count()).isBetween(1L, 100L);
            assertThat(app.provider.exchanges()).hasSizeLessThanOrEqualTo(100);
            JsonNode budget = eventually(() -> {
                JsonNode state = app.get(GLOBAL);
                return state.get("reserved_usd").decimalValue().signum() == 0 ? state : state.path("not yet");
            });
            assertThat(budget.get("spent_today_usd").doubleValue())
                    .isEqualTo(app.provider.exchanges().size() / 10_000.0);
        }
    }

    @Test
    @DisplayName("live usage is streamed: all of it to administrators, to other users only their own")
    void live() throws Exception {
        try (UsageTestApp app = new UsageTestApp(data, Store.SQLITE, false, Map.of("http.heartbeat", "100ms"))) {
            String ada = app.authorization("ada");
            String bob = app.authorization("bob");
            String root = UsageTestApp.adminAuthorization();
            String path = "/api/v1/usage/stream";
            assertThat(status(app, "GET", path + "?user=ada", "", bob)).isEqualTo(404);
            assertThat(status(app, "PUT", "/api/v1/budgets/user:bob", "{\"daily_usd\":0.00012}", root))
                    .isEqualTo(200);
            try (SseTestClient adminStream = app.http().stream("GET", path, "", "Authorization", root);
                    SseTestClient adaStream = app.http().stream("GET", path, "", "Authorization", ada);
                    SseTestClient bobStream = app.http().stream("GET", path, "", "Authorization", bob)) {
                app.sendChat(UsageTestApp.PRICED, "Authorization", ada);
                assertThat(topSpender(adaStream.next())).isEqualTo("ada");
                assertThat(topSpender(adminStream.next())).isEqualTo("ada");
                app.sendChat(UsageTestApp.PRICED, "Authorization", bob);
                List<Event> bobEvents = List.of(bobStream.next(), bobStream.next());
                assertThat(bobEvents).extracting(Event::name).containsExactlyInAnyOrder("spent", "alert");
                assertThat(List.of(adminStream.next(), adminStream.next()))
                        .extracting(Event::data)
                        .containsExactlyInAnyOrderElementsOf(
                                bobEvents.stream().map(Event::data).toList());
                app.app.server().stop().await(10, TimeUnit.SECONDS);
                assertThat(adaStream.remaining()).singleElement().satisfies(last -> {
                    assertThat(last.name()).isEqualTo("error");
                    assertThat(last.data()).contains("shutting_down");
                });
                assertThat(adaStream.raw()).startsWith("retry: 1000\n\n").contains(":keepalive\n\n");
            }
        }
    }

    @Test
    @DisplayName("the live usage stream ends when the token that opened it expires")
    void liveUntilExpiry() throws Exception {
        try (UsageTestApp app = new UsageTestApp(data, Store.SQLITE, false, Map.of("auth.jwt.leeway", "0s"))) {
            String shortLived = app.authorization("ada", Instant.now().plusSeconds(2));
            try (SseTestClient adaStream =
                    app.http().stream("GET", "/api/v1/usage/stream", "", "Authorization", shortLived)) {
                assertThat(adaStream.remaining())
                        .singleElement()
                        .satisfies(last -> assertThat(last.data()).contains("invalid_token"));
            }
        }
    }

    @Test
    @DisplayName("a two-agent run stops when the global budget is exhausted, and gives the budget as the reason")
    void globalBudget() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            put(app, "{\"daily_usd\":0.00035}");
            List<JsonNode> events = duo(app, "");
            JsonNode end = events.getLast();
            assertThat(end.get("type").asText()).isEqualTo("run_complete");
            assertThat(end.get("status").asText()).isEqualTo("budget");
            assertThat(end.get("turns").asInt()).isEqualTo(3);
            assertThat(app.provider.exchanges()).hasSize(3);
        }
    }

    @Test
    @DisplayName("a two-agent run stops when the budget of the run is exhausted, and its turns are kept")
    void runBudget() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            List<JsonNode> events = duo(app, ",\"stop\":{\"max_usd\":0.0002}");
            JsonNode end = events.getLast();
            assertThat(end.get("type").asText()).isEqualTo("run_complete");
            assertThat(end.get("status").asText()).isEqualTo("budget");
            assertThat(end.get("turns").asInt()).isEqualTo(2);
            assertThat(end.get("usage_total").get("cost_usd").decimalValue()).isEqualByComparingTo("0.0002");
            assertThat(events)
                    .filteredOn(event -> event.get("type").asText().equals("turn_complete"))
                    .hasSize(2);
        }
    }

    private UsageTestApp open(Store store) throws Exception {
        return new UsageTestApp(data, store, true, Map.of());
    }

    private static void put(UsageTestApp app, String budget) throws Exception {
        assertThat(app.http().send("PUT", GLOBAL, budget).statusCode()).isEqualTo(200);
    }

    private static int status(UsageTestApp app, String method, String path, String body, String authorization)
            throws Exception {
        return app.http()
                .send(method, path, body, "Authorization", authorization)
                .statusCode();
    }

    private static List<JsonNode> duo(UsageTestApp app, String stop) throws Exception {
        String bot = "{\"provider\":\"openai\",\"model\":\"" + UsageTestApp.PRICED
                + "\",\"prompt\":\"Talk.\",\"max_tokens\":" + UsageTestApp.OUTPUT + "}";
        HttpResponse<String> response = app.http()
                .post(
                        "/api/run",
                        "{\"topic\":\"Money\",\"max_turns\":10,\"bots\":[" + bot + "," + bot + "]" + stop + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        String path = "/api/stream/" + HttpTestClient.json(response).get("id").asText();
        try (SseTestClient stream = app.http().stream("GET", path, "")) {
            List<JsonNode> events = new ArrayList<>();
            for (Event event : stream.remaining()) {
                events.add(new JsonMapper().readTree(event.data()));
            }
            return events;
        }
    }

    private static String topSpender(Event event) throws Exception {
        assertThat(event.name()).isEqualTo("spent");
        return new JsonMapper().readTree(event.data()).get("user").asText();
    }

    /** Repeats the query, as a client would, until it returns something; for at most a second. */
    private static JsonNode eventually(Callable<JsonNode> query) throws Exception {
        long end = System.nanoTime() + MAX_DELAY.toNanos();
        while (true) {
            JsonNode answer = query.call();
            if (!answer.isMissingNode() || System.nanoTime() - end > 0) {
                assertThat(answer.isMissingNode()).as("nothing within a second").isFalse();
                return answer;
            }
        }
    }
}
