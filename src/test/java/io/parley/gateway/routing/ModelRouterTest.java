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

@DisplayName("A route")
class ModelRouterTest {

    private static final TokenEstimate SIZE = new TokenEstimate(10, 10);
    private static final List<ProviderConfig> PROVIDERS = List.of(
            providerConfig("a", "model-a", List.of("shared"), 1),
            providerConfig("b", "model-b", List.of("shared", "special"), 1),
            providerConfig("c", "model-c", List.of(), 1),
            providerConfig("demo", "demo", List.of(), 0));

    private Set<String> unhealthy = Set.of();

    @Test
    @DisplayName("leads to the usual provider first when the request names nothing, and to the others in their order")
    void nothing() {
        assertThat(describe(route(Optional.empty(), Optional.empty()))).isEqualTo("b/wished a/model-a c/model-c |");
    }

    @Test
    @DisplayName("leads to the provider that is named, and to the others with their own models when it fails")
    void provider() {
        assertThat(describe(route(Optional.of("c"), Optional.empty()))).isEqualTo("c/model-c | b/wished a/model-a");
    }

    @Test
    @DisplayName("keeps the model that is named for those who are known to serve it")
    void providerAndModel() {
        assertThat(describe(route(Optional.of("c"), Optional.of("shared")))).isEqualTo("c/shared | b/shared a/shared");
        assertThat(describe(route(Optional.of("c"), Optional.of("x")))).isEqualTo("c/x | b/wished a/model-a");
    }

    @Test
    @DisplayName("takes provider/model as both, however many slashes the model has")
    void slash() {
        assertThat(describe(route(Optional.empty(), Optional.of("c/meta/llama"))))
                .isEqualTo("c/meta/llama | b/wished a/model-a");
    }

    @Test
    @DisplayName("leads a bare model to whoever serves it")
    void bareModel() {
        assertThat(describe(route(Optional.empty(), Optional.of("special"))))
                .isEqualTo("b/special | a/model-a c/model-c");
        assertThat(describe(route(Optional.empty(), Optional.of("model-a"))))
                .isEqualTo("a/model-a | b/wished c/model-c");
    }

    @Test
    @DisplayName("leads a model that nobody is known to serve to the usual provider, also with a slash in it")
    void unknownModel() {
        assertThat(describe(route(Optional.empty(), Optional.of("org/new"))))
                .isEqualTo("b/org/new | a/model-a c/model-c");
    }

    @Test
    @DisplayName("leads an alias to its targets and nowhere else")
    void alias() {
        assertThat(describe(route(Optional.empty(), Optional.of("fast")))).isEqualTo("c/quick a/model-a |");
    }

    @Test
    @DisplayName("has those that are not well behind the others, but never before the one that is named")
    void unhealthy() {
        unhealthy = Set.of("b");
        assertThat(describe(route(Optional.empty(), Optional.empty()))).isEqualTo("a/model-a c/model-c b/wished |");
        assertThat(describe(route(Optional.of("b"), Optional.empty()))).isEqualTo("b/wished | a/model-a c/model-c");
    }

    @Test
    @DisplayName("has only one end when the request wants no fallback")
    void noFallback() {
        assertThat(describe(
                        router().route(new ModelSelection(Optional.of("a"), Optional.empty(), false), SIZE, Set.of())))
                .isEqualTo("a/model-a |");
        assertThat(describe(
                        router().route(new ModelSelection(Optional.empty(), Optional.empty(), false), SIZE, Set.of())))
                .isEqualTo("b/wished |");
    }

    @Test
    @DisplayName("never leads to the built-in vendor unless it is named")
    void builtIn() {
        assertThat(describe(route(Optional.of("demo"), Optional.empty())))
                .isEqualTo("demo/demo | b/wished a/model-a c/model-c");
    }

    @Test
    @DisplayName("does not lead where this very answer has broken")
    void broken() {
        assertThat(describe(router().route(ModelSelection.DEFAULT, SIZE, Set.of("b", "c"))))
                .isEqualTo("a/model-a |");
    }

    @Test
    @DisplayName("to a provider that there is not is the request's mistake")
    void unknownProvider() {
        assertThatThrownBy(() -> route(Optional.of("nobody"), Optional.empty()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem())
                                .isEqualTo(new Problem.Invalid(List.of(new Problem.Violation(
                                        "/provider", "unknown", "no such provider; use one of: a, b, c, demo")))));
    }

    @Test
    @DisplayName("can begin with any name of the list of models")
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
        GatewayConfig usual = new GatewayConfig("b", Optional.of("wished"));
        GatewayConfig config = new GatewayConfig(
                "b",
                Optional.of("wished"),
                Strategy.HEALTH,
                Map.of("fast", new Alias(List.of("c/quick", "gone/x", "a"), Strategy.HEALTH)),
                usual.limits(),
                usual.queue(),
                usual.cache(),
                usual.retry(),
                usual.breaker(),
                usual.probeInterval(),
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
