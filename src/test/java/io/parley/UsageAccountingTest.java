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

/** A whole server that keeps count, from outside. */
class UsageAccountingTest {

    private static final Duration MAX_DELAY = Duration.ofSeconds(1);
    private static final String GLOBAL = "/api/v1/budgets/global";

    @TempDir
    private Path data;

    @ParameterizedTest
    @EnumSource
    @DisplayName("what was used is seen less than a second after the answer, told apart as asked")
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
    @DisplayName("where a price is not known the cost is null, and it is said how many that are")
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
    @DisplayName("a question about usage that cannot be answered names every mistake")
    void mistakes() throws Exception {
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
    @DisplayName("a plain user sees what is his, and of everybody else nothing, not even that it is there")
    void whose() throws Exception {
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
                    "/api/v1/budgets/user:nobody")) {
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
    @DisplayName("what is no scope is not there, whatever it is made to look like")
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
    @DisplayName("a budget that is spent refuses with 402, says so to SDKs, and raises an alert")
    void blocks() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE)) {
            put(app, "{\"daily_usd\":0.00015}");
            assertThat(app.sendChat(UsageTestApp.PRICED)).isEqualTo("done");
            HttpResponse<String> refused =
                    app.http().post("/api/v1/conversations/stream", UsageTestApp.chat(UsageTestApp.PRICED));
            assertThat(refused.statusCode()).isEqualTo(402);
            assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
            assertThat(HttpTestClient.json(refused).get("code").asText()).isEqualTo("budget_exceeded");
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
    @DisplayName("of two hundred who ask at once no more than a hundred are answered when the money is for a hundred")
    void together() throws Exception {
        try (UsageTestApp app = open(Store.SQLITE);
                ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            put(app, "{\"daily_usd\":0.01}");
            List<Callable<String>> asks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                asks.add(() -> app.sendChat(UsageTestApp.PRICED));
            }
            List<String> ends = new ArrayList<>();
            for (Future<String> each : all.invokeAll(asks)) {
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
    @DisplayName(
            "what is used is told while it happens: everything to the administrator, to everybody else what is theirs")
    void live() throws Exception {
        try (UsageTestApp app = new UsageTestApp(data, Store.SQLITE, false, Map.of("http.heartbeat", "100ms"))) {
            String ada = app.authorization("ada");
            String bob = app.authorization("bob");
            String root = UsageTestApp.adminAuthorization();
            String path = "/api/v1/usage/stream";
            assertThat(status(app, "GET", path + "?user=ada", "", bob)).isEqualTo(404);
            assertThat(status(app, "PUT", "/api/v1/budgets/user:bob", "{\"daily_usd\":0.00012}", root))
                    .isEqualTo(200);
            try (SseTestClient all = app.http().stream("GET", path, "", "Authorization", root);
                    SseTestClient hers = app.http().stream("GET", path, "", "Authorization", ada);
                    SseTestClient his = app.http().stream("GET", path, "", "Authorization", bob)) {
                app.sendChat(UsageTestApp.PRICED, "Authorization", ada);
                assertThat(topSpender(hers.next())).isEqualTo("ada");
                assertThat(topSpender(all.next())).isEqualTo("ada");
                app.sendChat(UsageTestApp.PRICED, "Authorization", bob);
                List<Event> two = List.of(his.next(), his.next());
                assertThat(two).extracting(Event::name).containsExactlyInAnyOrder("spent", "alert");
                assertThat(List.of(all.next(), all.next()))
                        .extracting(Event::data)
                        .containsExactlyInAnyOrderElementsOf(
                                two.stream().map(Event::data).toList());
                app.app.server().stop().await(10, TimeUnit.SECONDS);
                assertThat(hers.remaining()).singleElement().satisfies(last -> {
                    assertThat(last.name()).isEqualTo("error");
                    assertThat(last.data()).contains("shutting_down");
                });
                assertThat(hers.raw()).startsWith("retry: 1000\n\n").contains(":keepalive\n\n");
            }
        }
    }

    @Test
    @DisplayName("the live usage ends with the token that it was opened with")
    void liveUntil() throws Exception {
        try (UsageTestApp app = new UsageTestApp(data, Store.SQLITE, false, Map.of("auth.jwt.leeway", "0s"))) {
            String shortly = app.authorization("ada", Instant.now().plusSeconds(2));
            try (SseTestClient hers = app.http().stream("GET", "/api/v1/usage/stream", "", "Authorization", shortly)) {
                assertThat(hers.remaining())
                        .singleElement()
                        .satisfies(last -> assertThat(last.data()).contains("invalid_token"));
            }
        }
    }

    @Test
    @DisplayName("two agents stop when the budget of everybody is spent, and say that it was money")
    void agentsOfAll() throws Exception {
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
    @DisplayName("two agents stop when the money of their run is spent, and what was said till then is kept")
    void agentsOfOne() throws Exception {
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

    private static int status(UsageTestApp app, String method, String path, String body, String who) throws Exception {
        return app.http().send(method, path, body, "Authorization", who).statusCode();
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

    /** What comes within a second; asked for again and again, as a client would. */
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
