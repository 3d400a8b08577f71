package io.parley.gateway;

import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Alias;
import io.parley.config.GatewayConfig.Strategy;
import io.parley.config.ProviderConfig;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage.Model;
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

/** Finds out what a request's words mean: which providers, which models, in which order. Knows nothing of calls. */
final class ModelRouter {

    private static final String OURS = "parley";

    private final GatewayConfig config;
    private final Map<String, ProviderConfig> vendors = new LinkedHashMap<>();
    private final Function<Strategy, RoutingStrategy> preferences;
    private final Predicate<String> well;

    /** @param well whether a provider is well; one that is not comes last */
    ModelRouter(
            GatewayConfig config,
            List<ProviderConfig> configured,
            Function<Strategy, RoutingStrategy> preferences,
            Predicate<String> well) {
        this.config = config;
        this.preferences = preferences;
        this.well = well;
        configured.stream()
                .sorted(Comparator.comparing(vendor -> !isUsual(vendor)))
                .forEach(vendor -> vendors.put(vendor.name(), vendor));
    }

    /** Where {@code choice} leads; not to {@code broken}. Throws a problem when there is no such provider. */
    ProviderRoute route(ModelSelection choice, TokenEstimate size, Set<String> broken) {
        ProviderRoute route = meant(choice, size);
        if (!choice.fallback()) {
            route = new ProviderRoute(route.first().stream().limit(1).toList(), List.of());
        }
        Predicate<Candidate> left = candidate -> !broken.contains(candidate.provider());
        return new ProviderRoute(
                route.first().stream().filter(left).toList(),
                route.then().stream().filter(left).toList());
    }

    /** A request goes there. */
    void taken(Candidate candidate) {
        preferences.apply(Strategy.ROUND_ROBIN).taken(candidate);
    }

    /** Every name that a request may use: aliases, models, and models with their providers. */
    List<Model> models() {
        Stream<Model> aliases = config.models().keySet().stream().sorted().map(alias -> new Model(alias, OURS));
        Stream<Model> models = vendors.values().stream()
                .flatMap(vendor -> Stream.concat(Stream.of(usual(vendor)), vendor.models().stream())
                        .distinct()
                        .flatMap(model -> Stream.of(model, vendor.name() + "/" + model))
                        .map(id -> new Model(id, vendor.name())));
        Map<String, Model> unique = Stream.concat(aliases, models)
                .collect(Collectors.toMap(Model::id, Function.identity(), (one, _) -> one, LinkedHashMap::new));
        return List.copyOf(unique.values());
    }

    private ProviderRoute meant(ModelSelection choice, TokenEstimate size) {
        if (choice.provider().isPresent()) {
            ProviderConfig vendor = known(choice.provider().get());
            return explicit(vendor, choice.model(), size);
        }
        return choice.model().map(model -> byModel(model, size)).orElseGet(() -> {
            List<Candidate> all = volunteers().map(this::usually).toList();
            return new ProviderRoute(sorted(config.strategy(), all, size), List.of());
        });
    }

    private ProviderRoute byModel(String model, TokenEstimate size) {
        Optional<Alias> alias = Optional.ofNullable(config.models().get(model));
        if (alias.isPresent()) {
            List<Candidate> targets = alias.get().targets().stream()
                    .flatMap(target -> target(target).stream())
                    .toList();
            return new ProviderRoute(sorted(alias.get().strategy(), targets, size), List.of());
        }
        int slash = model.indexOf('/');
        Optional<ProviderConfig> named = Optional.ofNullable(vendors.get(slash < 0 ? "" : model.substring(0, slash)));
        return named.map(vendor -> explicit(vendor, Optional.of(model.substring(slash + 1)), size))
                .orElseGet(() -> bare(model, size));
    }

    /** Whoever is known to serve the model; if nobody is, the usual provider may know it all the same. */
    private ProviderRoute bare(String model, TokenEstimate size) {
        List<Candidate> serving = volunteers()
                .filter(vendor -> serves(vendor, model))
                .map(vendor -> new Candidate(vendor.name(), model, vendor.weight()))
                .toList();
        return serving.isEmpty()
                ? explicit(known(config.provider()), Optional.of(model), size)
                : new ProviderRoute(sorted(config.strategy(), serving, size), others(serving, Optional.of(model), size));
    }

    private ProviderRoute explicit(ProviderConfig vendor, Optional<String> model, TokenEstimate size) {
        Candidate meant = new Candidate(vendor.name(), model.orElse(usual(vendor)), vendor.weight());
        return new ProviderRoute(List.of(meant), others(List.of(meant), model, size));
    }

    /** Those that may stand in: with the same model if they are known to serve it, otherwise with their own. */
    private List<Candidate> others(List<Candidate> meant, Optional<String> model, TokenEstimate size) {
        Set<String> names = meant.stream().map(Candidate::provider).collect(Collectors.toSet());
        List<Candidate> others = volunteers()
                .filter(vendor -> !names.contains(vendor.name()))
                .map(vendor -> new Candidate(
                        vendor.name(),
                        model.filter(wish -> serves(vendor, wish)).orElse(usual(vendor)),
                        vendor.weight()))
                .toList();
        return sorted(config.strategy(), others, size);
    }

    private List<Candidate> sorted(Strategy strategy, List<Candidate> candidates, TokenEstimate size) {
        List<Candidate> ordered = new ArrayList<>(preferences.apply(strategy).order(candidates, size));
        ordered.sort(Comparator.comparing(candidate -> !well.test(candidate.provider())));
        return ordered;
    }

    /** Those that answer without being named. */
    private Stream<ProviderConfig> volunteers() {
        return vendors.values().stream().filter(vendor -> vendor.weight() > 0 || isUsual(vendor));
    }

    private Candidate usually(ProviderConfig vendor) {
        return new Candidate(vendor.name(), usual(vendor), vendor.weight());
    }

    private Optional<Candidate> target(String written) {
        int slash = written.indexOf('/');
        ProviderConfig vendor = vendors.get(slash < 0 ? written : written.substring(0, slash));
        return Optional.ofNullable(vendor)
                .map(found -> new Candidate(
                        found.name(), slash < 0 ? usual(found) : written.substring(slash + 1), found.weight()));
    }

    private boolean serves(ProviderConfig vendor, String model) {
        return vendor.serves(model) || usual(vendor).equals(model);
    }

    /** The model that is asked for when nobody says. */
    private String usual(ProviderConfig vendor) {
        return isUsual(vendor) ? config.model().orElse(vendor.model()) : vendor.model();
    }

    private boolean isUsual(ProviderConfig vendor) {
        return vendor.name().equals(config.provider());
    }

    private ProviderConfig known(String name) {
        ProviderConfig vendor = vendors.get(name);
        if (vendor == null) {
            String known = vendors.keySet().stream().sorted().collect(Collectors.joining(", "));
            throw new Problem.Invalid(List.of(
                            new Problem.Violation("/provider", "unknown", "no such provider; known are " + known)))
                    .toException();
        }
        return vendor;
    }
}
