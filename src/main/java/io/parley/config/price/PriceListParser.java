package io.parley.config.price;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ConfigErrors;
import io.parley.config.PriceList;
import io.parley.config.PriceList.Entry;
import io.parley.contract.Price;
import io.parley.contract.Price.Rates;
import io.parley.contract.Price.Tier;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Parses a price list, in dollars per million tokens, and collects every error. */
final class PriceListParser {

    private static final Set<String> ROOT_KEYS = Set.of("currency", "updated", "source", "models");
    private static final Set<String> RATE_KEYS = Set.of(
            "input_per_mtok", "output_per_mtok", "cache_read_per_mtok", "cache_write_per_mtok", "reasoning_per_mtok");
    private static final Set<String> MODEL_KEYS = Set.of("provider", "model", "match", "effective_from", "tiers");
    private static final Set<String> TIER_KEYS = Set.of("above_input_tokens");
    private static final BigDecimal MAX_DOLLARS = BigDecimal.valueOf(1_000_000);
    private static final int MAX_DECIMALS = 6;

    private final ObjectNode root;
    private final ConfigErrors errors;

    PriceListParser(ObjectNode root, ConfigErrors errors) {
        this.root = root;
        this.errors = errors;
    }

    static PriceList rejectNonMap(ConfigErrors errors) {
        errors.add("The price list must be a map with currency, updated, source and models");
        return PriceList.EMPTY;
    }

    PriceList parse() {
        rejectUnknownKeys("The price list", root, ROOT_KEYS);
        errors.check(root.path("currency").asText().equals("USD"), "The price list must have currency: USD");
        Optional<LocalDate> updated = date("The price list", root, "updated");
        errors.check(
                updated.isPresent(),
                "The price list must have the date of its last update, such as updated: 2026-11-21");
        errors.check(!root.path("source").asText().isBlank(), "The price list must name its source");
        List<Entry> entries = new ArrayList<>();
        if (root.path("models") instanceof ArrayNode models) {
            String version = updated.map(LocalDate::toString).orElse("");
            for (int i = 0; i < models.size(); i++) {
                entry(models.get(i), i, version).ifPresent(entries::add);
            }
        } else {
            errors.add("The price list must have a list of models");
        }
        rejectDuplicates(entries);
        return new PriceList(entries);
    }

    private Optional<Entry> entry(JsonNode node, int index, String version) {
        String location = "The price " + name(node, index);
        if (!(node instanceof ObjectNode model)) {
            errors.add(location + " must be a map");
            return Optional.empty();
        }
        Set<String> allowedKeys = new HashSet<>(MODEL_KEYS);
        allowedKeys.addAll(RATE_KEYS);
        rejectUnknownKeys(location, model, allowedKeys);
        String match = model.path("match").asText("exact");
        boolean prefix = match.equals("prefix");
        errors.check(prefix || match.equals("exact"), location + ": match must be exact or prefix");
        String provider = model.path("provider").asText();
        errors.check(!provider.isBlank(), location + " must name a provider");
        JsonNode name = model.path("model");
        errors.check(
                name.isTextual() && (prefix || !name.asText().isBlank()),
                location + " must name a model, in quotes if it looks like a number");
        LocalDate from = date(location, model, "effective_from").orElse(LocalDate.EPOCH);
        return rates(location, model, Optional.empty())
                .map(rates -> new Price(version, rates, tiers(location, model, rates)))
                .map(price -> new Entry(provider, name.asText(), prefix, from, price));
    }

    private List<Tier> tiers(String location, ObjectNode model, Rates base) {
        List<Tier> tiers = new ArrayList<>();
        for (JsonNode node : model.path("tiers")) {
            Set<String> allowedKeys = new HashSet<>(TIER_KEYS);
            allowedKeys.addAll(RATE_KEYS);
            JsonNode above = node.path("above_input_tokens");
            boolean valid = node.isObject() && above.isIntegralNumber() && above.canConvertToInt() && above.asInt() > 0;
            errors.check(valid, location + ": a tier needs above_input_tokens, a whole number greater than 0");
            if (valid && node instanceof ObjectNode tier) {
                rejectUnknownKeys(location + ", in a tier", tier, allowedKeys);
                rates(location + ", in a tier", tier, Optional.of(base))
                        .ifPresent(rates -> tiers.add(new Tier(above.asInt(), rates)));
            }
        }
        return tiers;
    }

    /** A rate for cached or reasoning tokens that is unset is derived from the rate for plain tokens. */
    private Optional<Rates> rates(String location, ObjectNode node, Optional<Rates> base) {
        Optional<Long> input = rate(location, node, "input_per_mtok");
        Optional<Long> output = rate(location, node, "output_per_mtok");
        errors.check(
                node.has("input_per_mtok") && node.has("output_per_mtok"),
                location + " needs input_per_mtok and output_per_mtok");
        Optional<Long> read = rate(location, node, "cache_read_per_mtok");
        Optional<Long> write = rate(location, node, "cache_write_per_mtok");
        Optional<Long> reasoning = rate(location, node, "reasoning_per_mtok");
        return input.flatMap(inputRate -> output.map(outputRate -> new Rates(
                inputRate,
                outputRate,
                read.orElse(inheritedRate(base, Rates::cacheRead, Rates::input, inputRate)),
                write.orElse(inheritedRate(base, Rates::cacheWrite, Rates::input, inputRate)),
                reasoning.orElse(inheritedRate(base, Rates::reasoning, Rates::output, outputRate)))));
    }

    /** A tier keeps the proportion of the base price: if a cached token costs a tenth there, it costs a tenth in the tier. */
    private static long inheritedRate(
            Optional<Rates> base, Function<Rates, Long> special, Function<Rates, Long> plain, long baseRate) {
        return base.filter(rates -> plain.apply(rates) > 0)
                .map(rates -> Math.ceilDiv(Math.multiplyExact(special.apply(rates), baseRate), plain.apply(rates)))
                .orElse(baseRate);
    }

    private Optional<Long> rate(String location, ObjectNode node, String name) {
        if (!node.has(name)) {
            return Optional.empty();
        }
        JsonNode value = node.get(name);
        BigDecimal dollars = value.isNumber() ? value.decimalValue() : BigDecimal.ONE.negate();
        boolean valid = dollars.signum() >= 0
                && dollars.compareTo(MAX_DOLLARS) <= 0
                && dollars.stripTrailingZeros().scale() <= MAX_DECIMALS;
        errors.check(
                valid, location + ": " + name + " must be a number of dollars from 0 to 1000000 with up to 6 decimals");
        return valid ? Optional.of(dollars.movePointRight(MAX_DECIMALS).longValueExact()) : Optional.empty();
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

    private void rejectUnknownKeys(String location, ObjectNode node, Set<String> allowedKeys) {
        node.fieldNames().forEachRemaining(name -> {
            if (!allowedKeys.contains(name)) {
                errors.add(location + ": unknown key: " + name);
            }
        });
    }

    private void rejectDuplicates(List<Entry> entries) {
        Set<List<Object>> seen = new HashSet<>();
        for (Entry entry : entries) {
            if (!seen.add(List.of(entry.provider(), entry.model(), entry.prefix(), entry.from()))) {
                errors.add("The price of " + entry.provider() + "/" + entry.model() + " from " + entry.from()
                        + " is listed twice");
            }
        }
    }

    private static String name(JsonNode node, int index) {
        String model = node.path("model").asText();
        return model.isEmpty()
                ? "number " + (index + 1)
                : "of " + node.path("provider").asText() + "/" + model;
    }
}
