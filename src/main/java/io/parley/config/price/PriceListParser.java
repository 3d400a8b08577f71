package io.parley.config.price;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ConfigErrors;
import io.parley.config.PriceList;
import io.parley.config.PriceList.Entry;
import io.parley.config.PriceList.Match;
import io.parley.config.reader.YamlMap;
import io.parley.contract.Price;
import io.parley.contract.WireName;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Parses a price list, in dollars per million tokens, and collects every error with the line of its entry. */
final class PriceListParser {

    private static final String MODELS = "models";
    private static final Set<String> ROOT_KEYS = Set.of("currency", "updated", "source", MODELS);
    private static final Set<String> MODEL_KEYS =
            RatesParser.with("provider", "model", "match", "effective_from", "tiers");

    private final String file;
    private final YamlMap yaml;
    private final ConfigErrors errors;
    private final RatesParser ratesParser;
    private final Set<List<Object>> seen = new HashSet<>();

    PriceListParser(String file, YamlMap yaml, ConfigErrors errors) {
        this.file = file;
        this.yaml = yaml;
        this.errors = errors;
        this.ratesParser = new RatesParser(errors);
    }

    static PriceList rejectNonMap(String file, ConfigErrors errors) {
        errors.add(file + ": the price list must be a map with currency, updated, source and models");
        return PriceList.empty();
    }

    /** @param versionPrefix precedes the date of the last update in the version of each price */
    PriceList parse(String versionPrefix) {
        ObjectNode root = yaml.fields();
        String location = file + ": the price list";
        ratesParser.rejectUnknownKeys(location, root, ROOT_KEYS);
        errors.check(root.path("currency").asText().equals("USD"), location + " must have currency: USD");
        Optional<LocalDate> updated = date(location, root, "updated");
        errors.check(
                updated.isPresent(), location + " must have the date of its last update, such as updated: 2026-11-21");
        errors.check(!root.path("source").asText().isBlank(), location + " must name its source");
        List<Entry> entries = new ArrayList<>();
        if (root.path(MODELS) instanceof ArrayNode models) {
            String version = updated.map(day -> versionPrefix + day).orElse("");
            for (int i = 0; i < models.size(); i++) {
                entries.addAll(entries(models.get(i), i, version));
            }
        } else {
            errors.add(location + " must have a list of models");
        }
        return new PriceList(entries);
    }

    /** The entries of one item, one for each of its models. */
    private List<Entry> entries(JsonNode node, int index, String version) {
        String location = location(node, index);
        if (!(node instanceof ObjectNode item)) {
            errors.add(location + " must be a map");
            return List.of();
        }
        ratesParser.rejectUnknownKeys(location, item, MODEL_KEYS);
        String provider = item.path("provider").asText();
        errors.check(!provider.isBlank(), location + " must name a provider");
        Optional<Match> match = match(location, item);
        LocalDate from = date(location, item, "effective_from").orElse(LocalDate.EPOCH);
        List<String> models = models(location, item, match);
        return ratesParser
                .rates(location, item)
                .map(rates -> new Price(version, rates, ratesParser.tiers(location, item, rates)))
                .stream()
                .flatMap(price -> models.stream()
                        .map(model -> new Entry(provider, model, match.orElse(Match.EXACT), from, price)))
                .filter(entry -> checkUnique(location, entry))
                .toList();
    }

    private Optional<Match> match(String location, ObjectNode item) {
        String name = item.path("match").asText("exact");
        Optional<Match> match = WireName.parse(Match.class, name);
        errors.check(match.isPresent(), location + ": match must be exact, dated or prefix");
        return match;
    }

    /** Only a prefix may be empty: it matches every model of the provider. */
    private List<String> models(String location, ObjectNode item, Optional<Match> match) {
        JsonNode node = item.path("model");
        List<JsonNode> names = node.isArray() && !node.isEmpty()
                ? StreamSupport.stream(node.spliterator(), false).toList()
                : List.of(node);
        boolean emptyAllowed = match.filter(Match.PREFIX::equals).isPresent();
        errors.check(
                names.stream()
                        .allMatch(name -> name.isTextual()
                                && (emptyAllowed || !name.asText().isBlank())),
                location + " must name a model or a list of models, in quotes if it looks like a number");
        return names.stream().map(JsonNode::asText).toList();
    }

    private boolean checkUnique(String location, Entry entry) {
        boolean unique = seen.add(List.of(entry.provider(), entry.model(), entry.match(), entry.from()));
        errors.check(unique, location + ": " + entry.model() + " from " + entry.from() + " is listed twice");
        return unique;
    }

    private Optional<LocalDate> date(String location, ObjectNode node, String name) {
        if (!node.has(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(node.get(name).asText()));
        } catch (DateTimeException e) {
            errors.add(location + ": " + name + " must be a date such as 2026-11-21");
            return Optional.empty();
        }
    }

    private String location(JsonNode node, int index) {
        String line = yaml.line(MODELS, index).map(number -> ", line " + number).orElse("");
        JsonNode model = node.path("model");
        String first = (model.isArray() ? model.path(0) : model).asText();
        return file + line + ": the price "
                + (first.isEmpty()
                        ? "number " + (index + 1)
                        : "of " + node.path("provider").asText() + "/" + first);
    }
}
