package io.parley.demo.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns a JSON schema into schemas without references and combinations, one for each way to satisfy it. A value of one of them need not
 * match the schema, for example because it matches two branches of {@code oneOf}.
 */
final class SchemaAlternatives {

    private static final Set<String> COMBINATIONS =
            Set.of("$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if", "then", "else", "not");
    private static final Set<String> MINIMA = Set.of(
            "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains", "multipleOf");
    private static final Set<String> MAXIMA =
            Set.of("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains");

    private final SchemaReferences references;
    private final StepLimit limit;

    SchemaAlternatives(SchemaReferences references, StepLimit limit) {
        this.references = references;
        this.limit = limit;
    }

    /**
     * One way to satisfy a schema.
     *
     * @param keywords the schema
     * @param open the references that led to it; following one of them again would never end
     */
    record Alternative(ObjectNode keywords, Set<String> open) {

        Alternative {
            open = Set.copyOf(open);
        }

        private Alternative and(Alternative other) {
            Set<String> both = new HashSet<>(open);
            both.addAll(other.open);
            return new Alternative(merge(keywords, other.keywords), both);
        }
    }

    /** The alternatives of {@code schema}, in its order. */
    Stream<Alternative> of(JsonNode schema, Set<String> open) {
        limit.step();
        if (!schema.isObject()) {
            return schema.asBoolean(false) ? Stream.of(new Alternative(empty(), open)) : Stream.empty();
        }
        ObjectNode plain = empty();
        schema.properties().stream()
                .filter(field -> !COMBINATIONS.contains(field.getKey()))
                .forEach(field -> plain.set(field.getKey(), field.getValue()));
        Stream<Alternative> result = Stream.of(new Alternative(plain, open));
        for (String keyword : SchemaReferences.KEYWORDS) {
            if (schema.has(keyword)) {
                result = and(result, referenced(schema.get(keyword).asText(), open));
            }
        }
        for (JsonNode each : schema.path("allOf")) {
            result = and(result, List.of(each), open);
        }
        for (String keyword : List.of("anyOf", "oneOf")) {
            if (schema.has(keyword)) {
                result = and(result, SchemaMatcher.elements(schema.get(keyword)).toList(), open);
            }
        }
        return schema.has("if") ? and(result, conditions(schema), open) : result;
    }

    private interface Branches {
        Stream<Alternative> get();
    }

    private Stream<Alternative> and(Stream<Alternative> base, List<JsonNode> branches, Set<String> open) {
        return and(base, () -> branches.stream().flatMap(branch -> of(branch, open)));
    }

    private static Stream<Alternative> and(Stream<Alternative> base, Branches branches) {
        return base.flatMap(one -> branches.get().map(one::and));
    }

    private Branches referenced(String reference, Set<String> open) {
        if (open.contains(reference)) {
            return Stream::empty;
        }
        Set<String> opened = new HashSet<>(open);
        opened.add(reference);
        return () -> of(references.resolve(reference), opened);
    }

    /** Whatever holds by itself; the condition with its consequence; the other consequence. */
    private static List<JsonNode> conditions(JsonNode schema) {
        ArrayNode both = JsonNodeFactory.instance.arrayNode().add(schema.get("if"));
        if (schema.has("then")) {
            both.add(schema.get("then"));
        }
        JsonNode otherwise = schema.has("else") ? schema.get("else") : empty();
        return List.of(empty(), empty().set("allOf", both), otherwise);
    }

    private static ObjectNode merge(ObjectNode one, ObjectNode other) {
        ObjectNode merged = one.deepCopy();
        other.properties().forEach(field -> {
            JsonNode present = merged.path(field.getKey());
            merged.set(
                    field.getKey(),
                    present.isMissingNode() ? field.getValue() : merge(field.getKey(), present, field.getValue()));
        });
        return merged;
    }

    private static JsonNode merge(String keyword, JsonNode one, JsonNode other) {
        if (MINIMA.contains(keyword)) {
            return one.asDouble() >= other.asDouble() ? one : other;
        }
        if (MAXIMA.contains(keyword)) {
            return one.asDouble() <= other.asDouble() ? one : other;
        }
        return switch (keyword) {
            case "required" -> array(one).addAll(array(other));
            case "type" -> commonTypes(array(one), array(other));
            case "enum" ->
                JsonNodeFactory.instance
                        .arrayNode()
                        .addAll(SchemaMatcher.elements(one)
                                .filter(each ->
                                        SchemaMatcher.elements(other).anyMatch(same -> SchemaMatcher.equal(each, same)))
                                .toList());
            case "properties", "patternProperties", "dependentRequired", "dependentSchemas", "$defs", "definitions" ->
                fields(one, other);
            case "items", "additionalProperties", "propertyNames", "contains" -> both(one, other);
            default -> other;
        };
    }

    private static JsonNode fields(JsonNode one, JsonNode other) {
        ObjectNode merged = one.deepCopy();
        other.properties().forEach(field -> {
            JsonNode present = merged.path(field.getKey());
            merged.set(
                    field.getKey(),
                    present.isMissingNode()
                            ? field.getValue()
                            : present.isArray()
                                    ? array(present).addAll(array(field.getValue()))
                                    : both(present, field.getValue()));
        });
        return merged;
    }

    static ObjectNode both(JsonNode one, JsonNode other) {
        ObjectNode both = empty();
        both.putArray("allOf").add(one).add(other);
        return both;
    }

    /** An integer is a number, too. */
    private static ArrayNode commonTypes(ArrayNode one, ArrayNode other) {
        ArrayNode common = JsonNodeFactory.instance.arrayNode();
        for (JsonNode type : one) {
            boolean same = SchemaMatcher.elements(other).anyMatch(type::equals);
            boolean wider = type.asText().equals("integer")
                    && SchemaMatcher.elements(other)
                            .anyMatch(each -> each.asText().equals("number"));
            boolean narrower = type.asText().equals("number")
                    && SchemaMatcher.elements(other)
                            .anyMatch(each -> each.asText().equals("integer"));
            if (same || wider) {
                common.add(type);
            } else if (narrower) {
                common.add("integer");
            }
        }
        return common;
    }

    private static ArrayNode array(JsonNode node) {
        return node instanceof ArrayNode array
                ? array.deepCopy()
                : JsonNodeFactory.instance.arrayNode().add(node);
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }
}
