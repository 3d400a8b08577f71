package io.parley.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Alias;
import io.parley.config.GatewayConfig.Strategy;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.GatewayMessage.Model;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Model router")
class ModelRouterTest {

    private static final TokenEstimate SIZE = new TokenEstimate(10, 10);
    private static final List<ProviderConfig> PROVIDERS = List.of(
            providerConfig("a", "model-a", List.of("shared"), 1),
            providerConfig("b", "model-b", List.of("shared", "special"), 1),
            providerConfig("c", "model-c", List.of(), 1),
            providerConfig("demo", "demo", List.of(), 0));

    private Set<String> unhealthy = Set.of();

    @Test
    @DisplayName("without a model, starts with the default provider and continues with the others in order")
    void nothing() {
        assertThat(describe(route(Optional.empty(), Optional.empty()))).isEqualTo("b/wished a/model-a c/model-c |");
    }

    @Test
    @DisplayName("starts with the requested provider and falls back to the others with their default models")
    void provider() {
        assertThat(describe(route(Optional.of("c"), Optional.empty()))).isEqualTo("c/model-c | b/wished a/model-a");
    }

    @Test
    @DisplayName("keeps the requested model for providers that list it")
    void providerAndModel() {
        assertThat(describe(route(Optional.of("c"), Optional.of("shared")))).isEqualTo("c/shared | b/shared a/shared");
        assertThat(describe(route(Optional.of("c"), Optional.of("x")))).isEqualTo("c/x | b/wished a/model-a");
    }

    @Test
    @DisplayName("splits provider/model at the first slash")
    void slash() {
        assertThat(describe(route(Optional.empty(), Optional.of("c/meta/llama"))))
                .isEqualTo("c/meta/llama | b/wished a/model-a");
    }

    @Test
    @DisplayName("routes a bare model to the providers that list it")
    void bareModel() {
        assertThat(describe(route(Optional.empty(), Optional.of("special"))))
                .isEqualTo("b/special | a/model-a c/model-c");
        assertThat(describe(route(Optional.empty(), Optional.of("model-a"))))
                .isEqualTo("a/model-a | b/wished c/model-c");
    }

    @Test
    @DisplayName("routes an unlisted model to the default provider, also when the name contains a slash")
    void unknownModel() {
        assertThat(describe(route(Optional.empty(), Optional.of("org/new"))))
                .isEqualTo("b/org/new | a/model-a c/model-c");
    }

    @Test
    @DisplayName("routes an alias to its own candidates only")
    void alias() {
        assertThat(describe(route(Optional.empty(), Optional.of("fast")))).isEqualTo("c/quick a/model-a |");
    }

    @Test
    @DisplayName("places unhealthy providers last, but never before the requested one")
    void unhealthy() {
        unhealthy = Set.of("b");
        assertThat(describe(route(Optional.empty(), Optional.empty()))).isEqualTo("a/model-a c/model-c b/wished |");
        assertThat(describe(route(Optional.of("b"), Optional.empty()))).isEqualTo("b/wished | a/model-a c/model-c");
    }

    @Test
    @DisplayName("returns one candidate when fallback is disabled")
    void noFallback() {
        assertThat(describe(
                        router().route(new ModelSelection(Optional.of("a"), Optional.empty(), false), SIZE, Set.of())))
                .isEqualTo("a/model-a |");
        assertThat(describe(
                        router().route(new ModelSelection(Optional.empty(), Optional.empty(), false), SIZE, Set.of())))
                .isEqualTo("b/wished |");
    }

    @Test
    @DisplayName("never falls back to the built-in provider")
    void builtIn() {
        assertThat(describe(route(Optional.of("demo"), Optional.empty())))
                .isEqualTo("demo/demo | b/wished a/model-a c/model-c");
    }

    @Test
    @DisplayName("excludes providers that have already failed during this answer")
    void excludedProviders() {
        assertThat(describe(router().route(ModelSelection.DEFAULT, SIZE, Set.of("b", "c"))))
                .isEqualTo("a/model-a |");
    }

    @Test
    @DisplayName("rejects an unknown provider")
    void unknownProvider() {
        assertThatThrownBy(() -> route(Optional.of("missing"), Optional.empty()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem())
                                .isEqualTo(new Problem.Invalid(List.of(new Problem.Violation(
                                        "/provider", "unknown", "no such provider; use one of: a, b, c, demo")))));
    }

    @Test
    @DisplayName("accepts every listed model")
    void models() {
        List<Model> models = router().models();
        assertThat(models).first().isEqualTo(new Model("fast", "parley"));
        assertThat(models)
                .extracting(Model::id)
                .contains("wished", "b/wished", "shared", "a/shared", "b/shared", "model-c", "demo")
                .doesNotHaveDuplicates();
        assertThat(models)
                .allSatisfy(model -> assertThat(
                                route(Optional.empty(), Optional.of(model.id())).primary())
                        .isNotEmpty());
    }

    private ProviderRoute route(Optional<String> provider, Optional<String> model) {
        return router().route(new ModelSelection(provider, model, true), SIZE, Set.of());
    }

    private ModelRouter router() {
        GatewayConfig defaults = new GatewayConfig("b", Optional.of("wished"));
        GatewayConfig config = new GatewayConfig(
                "b",
                Optional.of("wished"),
                Strategy.HEALTH,
                Map.of("fast", new Alias(List.of("c/quick", "gone/x", "a"), Strategy.HEALTH)),
                defaults.limits(),
                defaults.queue(),
                defaults.cache(),
                defaults.retry(),
                defaults.breaker(),
                defaults.probeInterval(),
                true);
        return new ModelRouter(
                config, PROVIDERS, _ -> (candidates, _) -> candidates, provider -> !unhealthy.contains(provider));
    }

    private static String describe(ProviderRoute route) {
        return String.join(
                        " ",
                        route.primary().stream()
                                .map(ModelRouterTest::describeCandidate)
                                .toList())
                + " |"
                + String.join(
                        "",
                        route.fallbacks().stream()
                                .map(candidate -> " " + describeCandidate(candidate))
                                .toList());
    }

    private static String describeCandidate(Candidate candidate) {
        return candidate.provider() + "/" + candidate.model();
    }

    private static ProviderConfig providerConfig(String name, String model, List<String> models, int weight) {
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                name,
                ProviderConfig.Format.OPENAI,
                URI.create("http://127.0.0.1:1/v1"),
                Optional.empty(),
                model,
                Optional.empty(),
                1000,
                1000,
                new Timeouts(second, second, second, second, second),
                models,
                weight);
    }
}
