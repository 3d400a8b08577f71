package io.parley.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** Reads prices, in dollars for a million tokens as vendors write them, entry by entry, and collects every mistake. */
final class PriceListParser {

    private static final Set<String> HEAD = Set.of("currency", "updated", "source", "models");
    private static final Set<String> RATES = Set.of(
            "input_per_mtok", "output_per_mtok", "cache_read_per_mtok", "cache_write_per_mtok", "reasoning_per_mtok");
    private static final Set<String> MODEL = Set.of("provider", "model", "match", "effective_from", "tiers");
    private static final Set<String> TIER = Set.of("above_input_tokens");
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);
    private static final int MICROS = 6;

    private final ObjectNode root;
    private final ConfigErrors mistakes;

    PriceListParser(ObjectNode root, ConfigErrors mistakes) {
        this.root = root;
        this.mistakes = mistakes;
    }

    static PriceList notAMap(ConfigErrors mistakes) {
        mistakes.add("The prices must be a map with currency, updated, source and models");
        return PriceList.EMPTY;
    }

    PriceList list() {
        unknown("The prices", root, HEAD);
        mistakes.onlyIf(root.path("currency").asText().equals("USD"), "The prices must say currency: USD");
        Optional<LocalDate> updated = date("The prices", root, "updated");
        mistakes.onlyIf(updated.isPresent(), "The prices must say when they were updated, such as updated: 2026-11-21");
        mistakes.onlyIf(!root.path("source").asText().isBlank(), "The prices must say their source");
        List<Entry> entries = new ArrayList<>();
        if (root.path("models") instanceof ArrayNode models) {
            String version = updated.map(LocalDate::toString).orElse("");
            for (int i = 0; i < models.size(); i++) {
                entry(models.get(i), i, version).ifPresent(entries::add);
            }
        } else {
            mistakes.add("The prices must list models");
        }
        repeated(entries);
        return new PriceList(entries);
    }

    private Optional<Entry> entry(JsonNode node, int index, String version) {
        String at = "The price " + name(node, index);
        if (!(node instanceof ObjectNode model)) {
            mistakes.add(at + " must be a map");
            return Optional.empty();
        }
        Set<String> known = new HashSet<>(MODEL);
        known.addAll(RATES);
        unknown(at, model, known);
        String match = model.path("match").asText("exact");
        boolean prefix = match.equals("prefix");
        mistakes.onlyIf(prefix || match.equals("exact"), at + ": match is neither exact nor prefix");
        String provider = model.path("provider").asText();
        mistakes.onlyIf(!provider.isBlank(), at + " must name a provider");
        JsonNode name = model.path("model");
        mistakes.onlyIf(
                name.isTextual() && (prefix || !name.asText().isBlank()),
                at + " must name a model, in quotes if it looks like a number");
        LocalDate from = date(at, model, "effective_from").orElse(LocalDate.EPOCH);
        return rates(at, model, Optional.empty())
                .map(rates -> new Price(version, rates, tiers(at, model, rates)))
                .map(price -> new Entry(provider, name.asText(), prefix, from, price));
    }

    private List<Tier> tiers(String at, ObjectNode model, Rates base) {
        List<Tier> tiers = new ArrayList<>();
        for (JsonNode node : model.path("tiers")) {
            Set<String> known = new HashSet<>(TIER);
            known.addAll(RATES);
            JsonNode above = node.path("above_input_tokens");
            boolean sound = node.isObject() && above.isIntegralNumber() && above.canConvertToInt() && above.asInt() > 0;
            mistakes.onlyIf(sound, at + ": a tier needs above_input_tokens");
            if (sound && node instanceof ObjectNode tier) {
                unknown(at + ", in a tier", tier, known);
                rates(at + ", in a tier", tier, Optional.of(base))
                        .ifPresent(rates -> tiers.add(new Tier(above.asInt(), rates)));
            }
        }
        return tiers;
    }

    /** What is not said about a special kind of token costs what its plain kind costs. */
    private Optional<Rates> rates(String at, ObjectNode node, Optional<Rates> base) {
        Optional<Long> input = rate(at, node, "input_per_mtok");
        Optional<Long> output = rate(at, node, "output_per_mtok");
        mistakes.onlyIf(
                node.has("input_per_mtok") && node.has("output_per_mtok"),
                at + " needs input_per_mtok and output_per_mtok");
        Optional<Long> read = rate(at, node, "cache_read_per_mtok");
        Optional<Long> write = rate(at, node, "cache_write_per_mtok");
        Optional<Long> reasoning = rate(at, node, "reasoning_per_mtok");
        return input.flatMap(in -> output.map(out -> new Rates(
                in,
                out,
                read.orElse(inherited(base, Rates::cacheRead, Rates::input, in)),
                write.orElse(inherited(base, Rates::cacheWrite, Rates::input, in)),
                reasoning.orElse(inherited(base, Rates::reasoning, Rates::output, out)))));
    }

    /** A tier keeps the proportion of the plain price: a cache that costs a tenth goes on costing a tenth. */
    private static long inherited(
            Optional<Rates> base, Function<Rates, Long> special, Function<Rates, Long> plain, long now) {
        return base.filter(rates -> plain.apply(rates) > 0)
                .map(rates -> Math.ceilDiv(Math.multiplyExact(special.apply(rates), now), plain.apply(rates)))
                .orElse(now);
    }

    private Optional<Long> rate(String at, ObjectNode node, String name) {
        if (!node.has(name)) {
            return Optional.empty();
        }
        JsonNode value = node.get(name);
        BigDecimal dollars = value.isNumber() ? value.decimalValue() : BigDecimal.ONE.negate();
        boolean sound = dollars.signum() >= 0
                && dollars.compareTo(MOST) <= 0
                && dollars.stripTrailingZeros().scale() <= MICROS;
        mistakes.onlyIf(sound, at + ": " + name + " is no number of dollars from 0 to 1000000 with up to 6 decimals");
        return sound ? Optional.of(dollars.movePointRight(MICROS).longValueExact()) : Optional.empty();
    }

    private Optional<LocalDate> date(String at, ObjectNode node, String name) {
        if (!node.has(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(node.get(name).asText()));
        } catch (DateTimeException e) {
            mistakes.add(at + ": " + name + " is no date such as 2026-11-21");
            return Optional.empty();
        }
    }

    private void unknown(String at, ObjectNode node, Set<String> known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                mistakes.add(at + ": nobody knows the key " + name);
            }
        });
    }

    private void repeated(List<Entry> entries) {
        Set<List<Object>> seen = new HashSet<>();
        for (Entry entry : entries) {
            if (!seen.add(List.of(entry.provider(), entry.model(), entry.prefix(), entry.from()))) {
                mistakes.add("The price of " + entry.provider() + "/" + entry.model() + " from " + entry.from()
                        + " is given twice");
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
