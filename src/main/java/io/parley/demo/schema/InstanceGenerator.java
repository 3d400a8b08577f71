package io.parley.demo.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.parley.demo.schema.SchemaAlternatives.Alternative;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Generates a small value that matches a JSON schema: only required properties, the fewest items, the shortest texts, the first branch and the
 * first constant that fit. The same schema always has the same value.
 */
public final class InstanceGenerator {

    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_CANDIDATES = 40;

    private final SchemaPatterns patterns = new SchemaPatterns();
    private final SchemaAlternatives alternatives;
    private final SchemaMatcher matcher;

    private InstanceGenerator(JsonNode root) {
        SchemaReferences references = new SchemaReferences(root);
        StepLimit limit = new StepLimit();
        this.alternatives = new SchemaAlternatives(references, limit);
        this.matcher = new SchemaMatcher(references, patterns, limit);
    }

    /** The value for {@code schema}. Throws {@link UnsupportedSchema} if none is found. */
    public static JsonNode generate(JsonNode schema) {
        try {
            boolean unrestricted = schema.isBoolean() ? schema.booleanValue() : schema.isEmpty();
            JsonNode root = unrestricted ? JsonNodeFactory.instance.objectNode().put("type", "object") : schema;
            return new InstanceGenerator(root)
                    .instances(root, Set.of("#"))
                    .findFirst()
                    .orElseThrow(() -> new UnsupportedSchema("no value was found that matches it"));
        } catch (ArithmeticException | NumberFormatException number) {
            throw new UnsupportedSchema("it has a number that is out of range");
        } catch (StackOverflowError deep) {
            throw new UnsupportedSchema("it is nested too deeply");
        }
    }

    /** Whether {@code value} matches {@code schema}. */
    public static boolean matches(JsonNode value, JsonNode schema) {
        return new InstanceGenerator(schema).matcher.matches(value, schema);
    }

    /** Values that match {@code schema}, smallest first. */
    Stream<JsonNode> instances(JsonNode schema, Set<String> open) {
        return alternatives.of(schema, open).flatMap(this::candidates).filter(value -> matcher.matches(value, schema));
    }

    private Stream<JsonNode> candidates(Alternative alternative) {
        ObjectNode schema = alternative.keywords();
        Stream<JsonNode> generated;
        if (schema.has("const")) {
            generated = Stream.of(schema.get("const"));
        } else if (schema.has("enum")) {
            generated = SchemaMatcher.elements(schema.get("enum"));
        } else {
            generated = types(schema).flatMap(type -> ofType(type, alternative));
        }
        return Stream.concat(
                generated,
                Stream.concat(
                        Optional.ofNullable(schema.get("default")).stream(),
                        SchemaMatcher.elements(schema.path("examples"))));
    }

    private Stream<JsonNode> ofType(String type, Alternative alternative) {
        return switch (type) {
            case "object" -> new ObjectInstances(this, patterns, alternative).values();
            case "array" -> new ArrayInstances(this, alternative).values();
            case "string" -> texts(alternative.keywords()).map(TextNode::valueOf);
            case "integer", "number" ->
                NumberRange.of(alternative.keywords()).numbers().map(InstanceGenerator::number);
            case "boolean" -> Stream.of(BooleanNode.FALSE, BooleanNode.TRUE);
            case "null" -> Stream.of(NullNode.getInstance());
            default -> Stream.empty();
        };
    }

    /** The types that the schema names, or that its keywords are about; a text if nothing is known. */
    private static Stream<String> types(ObjectNode schema) {
        JsonNode type = schema.path("type");
        if (!type.isMissingNode()) {
            return type.isArray() ? SchemaMatcher.elements(type).map(JsonNode::asText) : Stream.of(type.asText());
        }
        if (hasAny(schema, "properties", "required", "additionalProperties", "patternProperties", "minProperties")) {
            return Stream.of("object");
        }
        if (hasAny(schema, "items", "prefixItems", "contains", "minItems", "uniqueItems")) {
            return Stream.of("array");
        }
        if (hasAny(schema, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")) {
            return Stream.of("number");
        }
        return Stream.of("string", "integer", "object", "array", "boolean", "null");
    }

    private static boolean hasAny(ObjectNode schema, String... keywords) {
        return Stream.of(keywords).anyMatch(schema::has);
    }

    private Stream<String> texts(ObjectNode schema) {
        int min = schema.path("minLength").asInt(0);
        if (min > MAX_LENGTH) {
            throw new UnsupportedSchema("it has a minLength above " + MAX_LENGTH);
        }
        IntStream candidates = IntStream.range(0, MAX_CANDIDATES);
        Optional<FormatText> format = FormatText.of(schema.path("format").asText());
        if (format.isPresent()) {
            return Stream.concat(
                    candidates.mapToObj(index -> format.get().text(index, 0)),
                    Stream.of(format.get().text(0, min)));
        }
        if (schema.has("pattern")) {
            String regex = schema.get("pattern").asText();
            Stream<String> texts =
                    IntStream.concat(candidates, IntStream.of(min)).mapToObj(extra -> patterns.text(regex, extra));
            return texts.flatMap(text -> Stream.of(text, text + "a".repeat(Math.max(0, min - text.length()))));
        }
        return candidates.mapToObj(more -> "a".repeat(min + more));
    }

    private static JsonNode number(BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        return plain.scale() <= 0
                ? JsonNodeFactory.instance.numberNode(plain.toBigIntegerExact())
                : DecimalNode.valueOf(plain);
    }

    /** A list of {@code items}. */
    static ArrayNode list(List<JsonNode> items) {
        return JsonNodeFactory.instance.arrayNode().addAll(items);
    }
}
