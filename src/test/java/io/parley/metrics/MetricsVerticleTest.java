package io.parley.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.config.AppConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.BudgetMessage;
import io.parley.contract.FactMessage;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.Message;
import io.parley.contract.MetricsMessage;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage;
import io.parley.contract.RunStatus;
import io.parley.contract.ServerMessage.HttpStats;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.testing.TestApp;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Metrics")
@ExtendWith(VertxExtension.class)
class MetricsVerticleTest {

    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final String KNOWN = "{gen_ai_provider_name=\"openai\",gen_ai_request_model=\"gpt-5-mini\"}";
    private static final String OTHER = "{gen_ai_provider_name=\"openai\",gen_ai_request_model=\"other\"}";

    private Vertx vertx;
    private Bus bus;

    @TempDir
    private Path data;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        this.vertx = vertx;
        bus = Bus.install(vertx);
        AppConfig config = TestApp.config(data, Map.of("providers.openai.api-key", "k"));
        MetricsVerticle metrics = new MetricsVerticle(bus, config.gateway(), config.providers());
        await(vertx.deployVerticle(metrics, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    }

    @Test
    @DisplayName("the exposed metrics are those in docs/metrics.md, with the same types and labels")
    void documented() throws Exception {
        publishAllEvents();
        Set<MetricFamily> documented = MetricFamily.parseDocumentation(Files.readString(Path.of("docs/metrics.md")));
        Set<MetricFamily> exposed = MetricFamily.parseMetrics(page());
        assertThat(parleyMetrics(exposed)).isEqualTo(parleyMetrics(documented)).hasSizeGreaterThan(30);
        assertThat(documented).containsAll(exposed);
    }

    @Test
    @DisplayName("tokens, cost and duration of recorded attempts are counted under configured model names only")
    void attempts() throws Exception {
        Usage usage = new Usage(10, 20, 3, 2, 1, true, OptionalLong.of(1_500_000));
        publishAttempt("gpt-5-mini", usage, Optional.empty());
        publishAttempt(
                "gpt-5-mini",
                usage,
                Optional.of(new Problem.ProviderFailed("openai", Fault.TRUNCATED, Optional.empty())));
        publishAttempt("unlisted-model", Usage.reported(7, 0, 0, 0, 0), Optional.of(new Problem.Cancelled("user")));
        String page = page();
        assertThat(page)
                .doesNotContain("unlisted")
                .contains(
                        "parley_cost_usd_total" + KNOWN + " 3.0",
                        "parley_cost_unknown_total" + KNOWN + " 0.0",
                        "parley_cost_unknown_total" + OTHER + " 1.0",
                        "parley_usage_estimated_total" + KNOWN + " 2.0");
        assertThat(samples(page, "gen_ai_client_inference_usage_input_tokens_total"))
                .containsValues(20.0, 7.0);
        assertThat(samples(page, "gen_ai_client_inference_usage_output_tokens_total"))
                .containsValues(40.0, 0.0);
        assertThat(samples(page, "gen_ai_client_operation_duration_seconds_count"))
                .hasSize(3)
                .allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
        assertThat(page).contains("error_type=\"none\"", "error_type=\"cut\"", "error_type=\"cancelled\"");
        assertThat(samples(page, "gen_ai_client_operation_duration_seconds_bucket"))
                .anySatisfy((labels, count) -> {
                    assertThat(labels).contains("le=\"2.56\"", "none");
                    assertThat(count).isEqualTo(1);
                });
    }

    @Test
    @DisplayName("gateway statistics are exposed")
    void gateway() throws Exception {
        handleRequests();
        String page = page();
        assertThat(page)
                .contains(
                        "parley_queue_waiting 4.0",
                        "parley_queue_wait_seconds_count 6",
                        "parley_queue_wait_seconds_sum 2.5",
                        "parley_cache_answers_total{outcome=\"hit\"} 8.0",
                        "parley_retries_total{gen_ai_provider_name=\"openai\"} 12.0",
                        "parley_fallbacks_total{gen_ai_provider_name=\"openai\"} 13.0",
                        "parley_breaker_state{gen_ai_provider_name=\"openai\",state=\"half_open\"} 1.0",
                        "parley_breaker_state{gen_ai_provider_name=\"openai\",state=\"closed\"} 0.0",
                        "parley_runs_open 5.0",
                        "parley_store_up 1.0");
    }

    @Test
    @DisplayName("HTTP statistics are summed over the latest report of each instance")
    void httpStats() throws Exception {
        bus.publish(Addresses.HTTP_STATS, new HttpStats("a", 9, 9, 9, 9, 9, 9, 9, 900));
        bus.publish(Addresses.HTTP_STATS, new HttpStats("a", 1, 2, 30, 4, 5, 6, 7, 20));
        bus.publish(Addresses.HTTP_STATS, new HttpStats("b", 1, 1, 1, 1, 1, 1, 1, 250));
        assertThat(page())
                .contains(
                        "parley_http_streams 2.0",
                        "parley_http_requests_total 31.0",
                        "parley_http_problems_total{side=\"client\"} 5.0",
                        "parley_event_loop_late_seconds 0.25");
    }

    @Test
    @DisplayName("metrics are exposed without replies from other verticles; the store is then reported as down")
    void withoutReplies() throws Exception {
        assertThat(page()).contains("parley_store_up 0.0", "jvm_memory_used_bytes", "parley_queue_waiting 0.0");
    }

    private void publishAllEvents() throws Exception {
        handleRequests();
        publishAttempt("gpt-5-mini", Usage.NONE, Optional.empty());
        bus.publish(Addresses.RUN_STARTED, new FactMessage.RunStarted("run", "ann", "ctx", "chat"));
        bus.publish(
                Addresses.RUN_ENDED,
                new FactMessage.RunEnded("run", "ann", "ctx", RunStatus.COMPLETED, 1, Usage.NONE, Optional.empty()));
        bus.publish(
                Addresses.BUDGET_ALERTED,
                new BudgetMessage.Alert(
                        "id",
                        BudgetMessage.GLOBAL,
                        BudgetMessage.Level.WARNING,
                        BudgetMessage.Period.DAY,
                        1,
                        1,
                        false,
                        NOW));
    }

    private void handleRequests() throws Exception {
        handle(Addresses.STORE_PING, new Ack());
        handle(Addresses.RUN_COUNT, new RunMessage.RunCount(5));
        handle(
                Addresses.GATEWAY_STATS,
                new GatewayMessage.Stats(
                        4, 6, 2500, 7, 8, 9, 10, 11, List.of(new GatewayMessage.RetryStats("openai", 12, 13))));
        GatewayMessage.ProviderStatus openai = new GatewayMessage.ProviderStatus(
                "openai",
                true,
                CircuitState.HALF_OPEN,
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                3,
                4);
        handle(Addresses.GATEWAY_STATUS, new GatewayMessage.Status(List.of(openai), List.of()));
    }

    private void publishAttempt(String model, Usage usage, Optional<Problem> problem) {
        RequestContext requestContext = new RequestContext("req", "ann", Optional.empty(), Optional.empty());
        AttemptEnded attempt = new AttemptEnded(
                "call", requestContext, "openai", model, usage, Optional.empty(), problem, NOW, 300, 2500);
        bus.publish(Addresses.ATTEMPT_ENDED, attempt);
        bus.publish(Addresses.USAGE_RECORDED, new UsageRecorded(attempt, NOW));
    }

    private <Q extends Message, R extends Message> void handle(Ask<Q, R> address, R answer) throws Exception {
        await(bus.handle(address, _ -> Future.succeededFuture(answer)));
    }

    private String page() throws Exception {
        return await(bus.request(Addresses.METRICS_READ, new MetricsMessage.Read()))
                .text();
    }

    private static Set<MetricFamily> parleyMetrics(Set<MetricFamily> families) {
        return families.stream().filter(each -> !each.isProcessMetric()).collect(Collectors.toSet());
    }

    /** The samples of one name, by their labels. */
    private static Map<String, Double> samples(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + "{"))
                .collect(Collectors.toMap(
                        line -> line.substring(name.length(), line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ')))));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}
