package io.parley.gateway.routing;

import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Alias;
import io.parley.config.GatewayConfig.Strategy;
import io.parley.config.ProviderConfig;
import io.parley.contract.GatewayMessage.Model;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Resolves a model selection to an ordered route of providers and models. Does not make calls. */
public final class ModelRouter {

    private static final String OWNER = "parley";

    private final GatewayConfig config;
    private final Map<String, ProviderConfig> providers = new LinkedHashMap<>();
    private final Function<Strategy, RoutingStrategy> strategies;
    private final Predicate<String> healthy;

    /** @param healthy whether a provider is healthy; unhealthy ones come last */
    public ModelRouter(
            GatewayConfig config,
            List<ProviderConfig> configured,
            Function<Strategy, RoutingStrategy> strategies,
            Predicate<String> healthy) {
        this.config = config;
        this.strategies = strategies;
        this.healthy = healthy;
        configured.stream()
                .sorted(Comparator.comparing(provider -> !isDefault(provider)))
                .forEach(provider -> providers.put(provider.name(), provider));
    }

    /** Resolves {@code selection} without the {@code excluded} providers. Throws a problem if the selected provider does not exist. */
    public ProviderRoute route(ModelSelection selection, TokenEstimate estimate, Set<String> excluded) {
        ProviderRoute route = resolve(selection, estimate);
        if (!selection.fallback()) {
            route = new ProviderRoute(route.primary().stream().limit(1).toList(), List.of());
        }
        Predicate<Candidate> allowed = candidate -> !excluded.contains(candidate.provider());
        return new ProviderRoute(
                route.primary().stream().filter(allowed).toList(),
                route.fallbacks().stream().filter(allowed).toList());
    }

    /** Records that a request is sent to the candidate. */
    public void onSelected(Candidate candidate) {
        strategies.apply(Strategy.ROUND_ROBIN).onSelected(candidate);
    }

    /** All model names that a request may use: aliases, models, and models prefixed by their provider. */
    public List<Model> models() {
        Stream<Model> aliases = config.models().keySet().stream().sorted().map(alias -> new Model(alias, OWNER));
        Stream<Model> models = providers.values().stream()
                .flatMap(provider -> Stream.of(
                                Stream.of(defaultModel(provider)),
                                provider.models().stream(),
                                provider.embeddingModels().stream())
                        .flatMap(names -> names)
                        .distinct()
                        .flatMap(model -> Stream.of(model, provider.name() + "/" + model))
                        .map(id -> new Model(id, provider.name())));
        Map<String, Model> unique = Stream.concat(aliases, models)
                .collect(Collectors.toMap(Model::id, Function.identity(), (one, _) -> one, LinkedHashMap::new));
        return List.copyOf(unique.values());
    }

    private ProviderRoute resolve(ModelSelection selection, TokenEstimate estimate) {
        if (selection.provider().isPresent()) {
            ProviderConfig provider = required(selection.provider().get());
            return explicit(provider, selection.model(), estimate);
        }
        return selection.model().map(model -> byModel(model, estimate)).orElseGet(() -> {
            List<Candidate> candidates = eligible().map(this::defaultCandidate).toList();
            return new ProviderRoute(ordered(config.strategy(), candidates, estimate), List.of());
        });
    }

    private ProviderRoute byModel(String model, TokenEstimate estimate) {
        Optional<Alias> alias = Optional.ofNullable(config.models().get(model));
        if (alias.isPresent()) {
            List<Candidate> candidates = alias.get().targets().stream()
                    .flatMap(text -> candidate(text).stream())
                    .toList();
            return new ProviderRoute(ordered(alias.get().strategy(), candidates, estimate), List.of());
        }
        int slash = model.indexOf('/');
        Optional<ProviderConfig> prefix =
                Optional.ofNullable(providers.get(slash < 0 ? "" : model.substring(0, slash)));
        String rest = model.substring(slash + 1);
        boolean ambiguous = prefix.filter(provider -> !serves(provider, rest)).isPresent()
                && providers.values().stream().anyMatch(provider -> serves(provider, model));
        return prefix.filter(_ -> !ambiguous)
                .map(provider -> explicit(provider, Optional.of(rest), estimate))
                .orElseGet(() -> byBareModel(model, estimate));
    }

    /**
     * The providers that are configured to serve the model; if there are none, one that is known for models of this family; otherwise the
     * default provider, which may serve models that are not listed.
     */
    private ProviderRoute byBareModel(String model, TokenEstimate estimate) {
        List<Candidate> serving = serving(eligible(), model);
        if (serving.isEmpty()) {
            serving = serving(providers.values().stream(), model); // it is listed, so it may be used
        }
        if (serving.isEmpty()) {
            ProviderConfig family =
                    ModelFamilies.provider(model, eligible().toList()).orElseGet(() -> required(config.provider()));
            return explicit(family, Optional.of(model), estimate);
        }
        return new ProviderRoute(
                ordered(config.strategy(), serving, estimate), fallbacks(serving, Optional.of(model), estimate));
    }

    private List<Candidate> serving(Stream<ProviderConfig> candidates, String model) {
        return candidates
                .filter(provider -> serves(provider, model))
                .map(provider -> new Candidate(provider.name(), model, provider.weight()))
                .toList();
    }

    private ProviderRoute explicit(ProviderConfig provider, Optional<String> model, TokenEstimate estimate) {
        Candidate primary = new Candidate(provider.name(), model.orElse(defaultModel(provider)), provider.weight());
        return new ProviderRoute(List.of(primary), fallbacks(List.of(primary), model, estimate));
    }

    /** The other eligible providers: with the same model if they are known to serve it, otherwise with their default model. */
    private List<Candidate> fallbacks(List<Candidate> primary, Optional<String> model, TokenEstimate estimate) {
        Set<String> names = primary.stream().map(Candidate::provider).collect(Collectors.toSet());
        List<Candidate> fallbacks = eligible()
                .filter(provider -> !names.contains(provider.name()))
                .map(provider -> new Candidate(
                        provider.name(),
                        model.filter(requested -> serves(provider, requested)).orElse(defaultModel(provider)),
                        provider.weight()))
                .toList();
        return ordered(config.strategy(), fallbacks, estimate);
    }

    private List<Candidate> ordered(Strategy strategy, List<Candidate> candidates, TokenEstimate estimate) {
        List<Candidate> ordered = new ArrayList<>(strategies.apply(strategy).order(candidates, estimate));
        ordered.sort(Comparator.comparing(candidate -> !healthy.test(candidate.provider())));
        return ordered;
    }

    /** The providers that may be used without being named in the request. */
    private Stream<ProviderConfig> eligible() {
        return providers.values().stream().filter(provider -> provider.weight() > 0 || isDefault(provider));
    }

    private Candidate defaultCandidate(ProviderConfig provider) {
        return new Candidate(provider.name(), defaultModel(provider), provider.weight());
    }

    private Optional<Candidate> candidate(String text) {
        int slash = text.indexOf('/');
        ProviderConfig provider = providers.get(slash < 0 ? text : text.substring(0, slash));
        return Optional.ofNullable(provider)
                .map(found -> new Candidate(
                        found.name(), slash < 0 ? defaultModel(found) : text.substring(slash + 1), found.weight()));
    }

    private boolean serves(ProviderConfig provider, String model) {
        return provider.serves(model) || defaultModel(provider).equals(model);
    }

    /** The model for requests that name none. */
    private String defaultModel(ProviderConfig provider) {
        return isDefault(provider) ? config.model().orElse(provider.model()) : provider.model();
    }

    private boolean isDefault(ProviderConfig provider) {
        return provider.name().equals(config.provider());
    }

    private ProviderConfig required(String name) {
        ProviderConfig provider = providers.get(name);
        if (provider == null) {
            String names = providers.keySet().stream().sorted().collect(Collectors.joining(", "));
            throw new Problem.Invalid(List.of(
                            new Problem.Violation("/provider", "unknown", "no such provider; use one of: " + names)))
                    .toException();
        }
        return provider;
    }
}
