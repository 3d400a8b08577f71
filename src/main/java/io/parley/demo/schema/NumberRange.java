package io.parley.demo.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The numbers that a JSON schema allows.
 *
 * @param step all numbers are multiples of it
 */
record NumberRange(
        Optional<BigDecimal> min,
        boolean minExclusive,
        Optional<BigDecimal> max,
        boolean maxExclusive,
        Optional<BigDecimal> step) {

    private static final int MAX_STEPS = 40;
    private static final BigDecimal HALF = new BigDecimal("0.5");

    static NumberRange of(JsonNode schema) {
        Optional<BigDecimal> min = number(schema, "minimum");
        Optional<BigDecimal> above = number(schema, "exclusiveMinimum");
        Optional<BigDecimal> max = number(schema, "maximum");
        Optional<BigDecimal> below = number(schema, "exclusiveMaximum");
        boolean minExclusive = above.filter(bound -> min.isEmpty() || bound.compareTo(min.get()) >= 0)
                .isPresent();
        boolean maxExclusive = below.filter(bound -> max.isEmpty() || bound.compareTo(max.get()) <= 0)
                .isPresent();
        return new NumberRange(
                minExclusive ? above : min,
                minExclusive || schema.path("exclusiveMinimum").asBoolean(false),
                maxExclusive ? below : max,
                maxExclusive || schema.path("exclusiveMaximum").asBoolean(false),
                number(schema, "multipleOf").filter(multiple -> multiple.signum() > 0));
    }

    private static Optional<BigDecimal> number(JsonNode schema, String keyword) {
        return Optional.of(schema.path(keyword))
                .filter(bound -> bound.isNumber() && Double.isFinite(bound.doubleValue()))
                .map(JsonNode::decimalValue);
    }

    boolean contains(BigDecimal number) {
        int toMin = min.map(number::compareTo).orElse(1);
        int toMax = max.map(number::compareTo).orElse(-1);
        return (minExclusive ? toMin > 0 : toMin >= 0)
                && (maxExclusive ? toMax < 0 : toMax <= 0)
                && step.map(multiple -> number.remainder(multiple).signum() == 0)
                        .orElse(true);
    }

    /** Numbers of the range, beginning with 0 or with the one at the nearest bound. */
    Stream<BigDecimal> numbers() {
        BigDecimal unit = step.orElse(BigDecimal.ONE);
        Stream<BigDecimal> upward = Stream.iterate(
                        multiple(min.orElse(BigDecimal.ZERO), unit, RoundingMode.CEILING), number -> number.add(unit))
                .limit(MAX_STEPS);
        Stream<BigDecimal> downward = Stream.iterate(
                        multiple(max.orElse(BigDecimal.ZERO), unit, RoundingMode.FLOOR),
                        number -> number.subtract(unit))
                .limit(MAX_STEPS);
        Stream<BigDecimal> middle =
                min
                        .flatMap(low -> max.map(high -> low.add(high).divide(BigDecimal.TWO, MathContext.DECIMAL128)))
                        .stream();
        Stream<BigDecimal> fractions = Stream.of(
                min.orElse(BigDecimal.ZERO).add(HALF),
                max.orElse(BigDecimal.ZERO).subtract(HALF));
        return Stream.of(Stream.of(BigDecimal.ZERO), min.stream(), upward, max.stream(), middle, downward, fractions)
                .flatMap(numbers -> numbers)
                .filter(this::contains);
    }

    private static BigDecimal multiple(BigDecimal bound, BigDecimal unit, RoundingMode rounding) {
        return bound.divide(unit, 0, rounding).multiply(unit);
    }
}
