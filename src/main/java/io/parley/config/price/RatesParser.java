package io.parley.config.price;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ConfigErrors;
import io.parley.contract.Price.Rates;
import io.parley.contract.Price.Tier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parses the rates of a model and of its tiers, in dollars per million tokens, and collects every error. */
final class RatesParser {

    private static final Set<String> RATE_KEYS = Set.of(
            "input_per_mtok",
            "output_per_mtok",
            "cache_read_per_mtok",
            "cache_write_per_mtok",
            "cache_write_1h_per_mtok",
            "reasoning_per_mtok");
    private static final String ABOVE = "above_input_tokens";
    private static final Set<String> TIER_KEYS = with(ABOVE);
    private static final BigDecimal MAX_DOLLARS = BigDecimal.valueOf(1_000_000);
    private static final int MAX_DECIMALS = 6;

    private final ConfigErrors errors;

    RatesParser(ConfigErrors errors) {
        this.errors = errors;
    }

    /** The keys of rates, and {@code others}. */
    static Set<String> with(String... others) {
        return Stream.concat(RATE_KEYS.stream(), Arrays.stream(others)).collect(Collectors.toUnmodifiableSet());
    }

    /** A rate for cached or reasoning tokens that is unset is derived from the rate for plain tokens. */
    Optional<Rates> rates(String location, ObjectNode node) {
        return rates(location, node, Optional.empty());
    }

    List<Tier> tiers(String location, ObjectNode model, Rates base) {
        List<Tier> tiers = new ArrayList<>();
        JsonNode list = model.path("tiers");
        errors.check(list.isMissingNode() || list.isArray(), location + ": tiers must be a list");
        for (JsonNode node : list) {
            JsonNode above = node.path(ABOVE);
            boolean valid = node.isObject() && above.isIntegralNumber() && above.canConvertToInt() && above.asInt() > 0;
            errors.check(valid, location + ": a tier needs above_input_tokens, a whole number greater than 0");
            if (valid && node instanceof ObjectNode tier) {
                rejectUnknownKeys(location + ", in a tier", tier, TIER_KEYS);
                rates(location + ", in a tier", tier, Optional.of(base))
                        .ifPresent(rates -> tiers.add(new Tier(above.asInt(), rates)));
            }
        }
        errors.check(
                tiers.stream().map(Tier::aboveInputTokens).distinct().count() == tiers.size(),
                location + ": two tiers have the same above_input_tokens");
        return tiers;
    }

    void rejectUnknownKeys(String location, ObjectNode node, Set<String> allowedKeys) {
        node.fieldNames().forEachRemaining(name -> {
            if (!allowedKeys.contains(name)) {
                errors.add(location + ": unknown key: " + name);
            }
        });
    }

    private Optional<Rates> rates(String location, ObjectNode node, Optional<Rates> base) {
        Optional<Long> input = rate(location, node, "input_per_mtok");
        Optional<Long> output = rate(location, node, "output_per_mtok");
        errors.check(
                node.has("input_per_mtok") && node.has("output_per_mtok"),
                location + " needs input_per_mtok and output_per_mtok");
        Optional<Long> read = rate(location, node, "cache_read_per_mtok");
        Optional<Long> write = rate(location, node, "cache_write_per_mtok");
        Optional<Long> write1h = rate(location, node, "cache_write_1h_per_mtok");
        Optional<Long> reasoning = rate(location, node, "reasoning_per_mtok");
        return input.flatMap(inputRate -> output.map(outputRate -> {
            long writeRate = write.orElse(inheritedRate(base, Rates::cacheWrite, Rates::input, inputRate));
            return new Rates(
                    inputRate,
                    outputRate,
                    read.orElse(inheritedRate(base, Rates::cacheRead, Rates::input, inputRate)),
                    writeRate,
                    write1h.orElse(inheritedRate(base, Rates::cacheWrite1h, Rates::cacheWrite, writeRate)),
                    reasoning.orElse(inheritedRate(base, Rates::reasoning, Rates::output, outputRate)));
        }));
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
}
