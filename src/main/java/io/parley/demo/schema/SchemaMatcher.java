package io.parley.demo.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Checks whether a value matches a JSON schema. Does not check formats, nor {@code unevaluatedProperties} and its like. */
final class SchemaMatcher {

    private static final int MAX_DEPTH = 200;

    private final SchemaReferences references;
    private final SchemaPatterns patterns;
    private final StepLimit limit;

    SchemaMatcher(SchemaReferences references, SchemaPatterns patterns, StepLimit limit) {
        this.references = references;
        this.patterns = patterns;
        this.limit = limit;
    }

    boolean matches(JsonNode value, JsonNode schema) {
        return matches(value, schema, 0);
    }

    private boolean matches(JsonNode value, JsonNode schema, int depth) {
        limit.step();
        if (depth > MAX_DEPTH) {
            throw new UnsupportedSchema("it is nested too deeply");
        }
        if (!schema.isObject()) {
            return schema.asBoolean(false);
        }
        return matchesType(value, schema)
                && (!schema.has("const") || equal(schema.get("const"), value))
                && (!schema.has("enum") || elements(schema.get("enum")).anyMatch(each -> equal(each, value)))
                && matchesCombined(value, schema, depth + 1)
                && matchesConditions(value, schema, depth + 1)
                && matchesKind(value, schema, depth + 1);
    }

    private static boolean matchesType(JsonNode value, JsonNode schema) {
        JsonNode type = schema.path("type");
        boolean nullable = value.isNull() && schema.path("nullable").asBoolean(false);
        return type.isMissingNode()
                || nullable
                || (type.isArray() ? elements(type) : Stream.of(type))
                        .map(JsonNode::asText)
                        .anyMatch(each -> switch (each) {
                            case "object" -> value.isObject();
                            case "array" -> value.isArray();
                            case "string" -> value.isTextual();
                            case "integer" -> value.isNumber() && isWhole(value);
                            case "number" -> value.isNumber();
                            case "boolean" -> value.isBoolean();
                            case "null" -> value.isNull();
                            default -> false;
                        });
    }

    private boolean matchesCombined(JsonNode value, JsonNode schema, int depth) {
        return SchemaReferences.KEYWORDS.stream()
                        .filter(schema::has)
                        .allMatch(keyword -> matches(
                                value, references.resolve(schema.get(keyword).asText()), depth))
                && elements(schema.path("allOf")).allMatch(each -> matches(value, each, depth))
                && (!schema.has("anyOf") || elements(schema.get("anyOf")).anyMatch(each -> matches(value, each, depth)))
                && (!schema.has("oneOf")
                        || elements(schema.get("oneOf"))
                                        .filter(each -> matches(value, each, depth))
                                        .limit(2)
                                        .count()
                                == 1);
    }

    private boolean matchesConditions(JsonNode value, JsonNode schema, int depth) {
        if (schema.has("not") && matches(value, schema.get("not"), depth)) {
            return false;
        }
        if (!schema.has("if")) {
            return true;
        }
        JsonNode consequence = schema.path(matches(value, schema.get("if"), depth) ? "then" : "else");
        return consequence.isMissingNode() || matches(value, consequence, depth);
    }

    private boolean matchesKind(JsonNode value, JsonNode schema, int depth) {
        return switch (value.getNodeType()) {
            case OBJECT -> matchesObject(value, schema, depth);
            case ARRAY -> matchesArray(value, schema, depth);
            case STRING -> matchesText(value.textValue(), schema);
            case NUMBER -> matchesNumber(value.decimalValue(), schema);
            case BOOLEAN, NULL, BINARY, MISSING, POJO -> true;
        };
    }

    private boolean matchesObject(JsonNode value, JsonNode schema, int depth) {
        return inRange(value.size(), schema, "minProperties", "maxProperties")
                && elements(schema.path("required")).allMatch(name -> value.has(name.asText()))
                && dependencies(schema)
                        .filter(each -> value.has(each.getKey()))
                        .allMatch(each -> each.getValue().isArray()
                                ? elements(each.getValue()).allMatch(name -> value.has(name.asText()))
                                : matches(value, each.getValue(), depth))
                && value.properties().stream().allMatch(field -> matchesField(field, schema, depth));
    }

    /** The properties whose presence requires others, or that the object matches a schema. */
    static Stream<Map.Entry<String, JsonNode>> dependencies(JsonNode schema) {
        return Stream.of("dependentRequired", "dependentSchemas", "dependencies")
                .flatMap(keyword -> schema.path(keyword).properties().stream());
    }

    private boolean matchesField(Map.Entry<String, JsonNode> field, JsonNode schema, int depth) {
        if (schema.has("propertyNames")
                && !matches(TextNode.valueOf(field.getKey()), schema.get("propertyNames"), depth)) {
            return false;
        }
        JsonNode own = schema.path("properties").path(field.getKey());
        boolean declared = !own.isMissingNode();
        if (declared && !matches(field.getValue(), own, depth)) {
            return false;
        }
        for (Map.Entry<String, JsonNode> pattern :
                schema.path("patternProperties").properties()) {
            if (patterns.finds(pattern.getKey(), field.getKey())) {
                declared = true;
                if (!matches(field.getValue(), pattern.getValue(), depth)) {
                    return false;
                }
            }
        }
        return declared
                || !schema.has("additionalProperties")
                || matches(field.getValue(), schema.get("additionalProperties"), depth);
    }

    private boolean matchesArray(JsonNode value, JsonNode schema, int depth) {
        IntPredicate distinct = at -> IntStream.range(0, at).noneMatch(other -> equal(value.get(at), value.get(other)));
        return inRange(value.size(), schema, "minItems", "maxItems")
                && (!schema.path("uniqueItems").asBoolean(false)
                        || IntStream.range(0, value.size()).allMatch(distinct))
                && IntStream.range(0, value.size()).allMatch(at -> matches(value.get(at), item(schema, at), depth))
                && (!schema.has("contains") || contains(value, schema, depth));
    }

    private boolean contains(JsonNode value, JsonNode schema, int depth) {
        long found = elements(value)
                .filter(each -> matches(each, schema.get("contains"), depth))
                .count();
        return found >= schema.path("minContains").asInt(1)
                && found <= schema.path("maxContains").asInt(Integer.MAX_VALUE);
    }

    /** The schema of one item of an array, in any draft's keywords. */
    static JsonNode item(JsonNode schema, int index) {
        boolean listed = schema.path("items").isArray();
        JsonNode tuple = schema.path(listed ? "items" : "prefixItems");
        JsonNode rest = schema.path(listed ? "additionalItems" : "items");
        JsonNode item = index < tuple.size() ? tuple.get(index) : rest;
        return item.isMissingNode() ? BooleanNode.TRUE : item;
    }

    private boolean matchesText(String text, JsonNode schema) {
        return inRange(text.codePointCount(0, text.length()), schema, "minLength", "maxLength")
                && (!schema.has("pattern")
                        || patterns.finds(schema.get("pattern").asText(), text));
    }

    private static boolean matchesNumber(BigDecimal number, JsonNode schema) {
        return NumberRange.of(schema).contains(number);
    }

    private static boolean inRange(int size, JsonNode schema, String min, String max) {
        return size >= schema.path(min).asDouble(0) && size <= schema.path(max).asDouble(Double.MAX_VALUE);
    }

    /** Equality of JSON values: the same number may be written in several ways. */
    static boolean equal(JsonNode one, JsonNode other) {
        return one.equals(
                (left, right) -> left.isNumber() && right.isNumber()
                        ? left.decimalValue().compareTo(right.decimalValue())
                        : left.equals(right) ? 0 : 1,
                other);
    }

    private static boolean isWhole(JsonNode number) {
        return number.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
