package io.parley.demo.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.demo.schema.SchemaAlternatives.Alternative;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Generates small objects for a schema without combinations. */
final class ObjectInstances {

    private static final int MAX_PROPERTIES = 1_000;
    private static final int MAX_VARIANTS = 8;

    private final InstanceGenerator generator;
    private final SchemaPatterns patterns;
    private final Alternative alternative;
    private final ObjectNode schema;
    private final Set<String> required;

    ObjectInstances(InstanceGenerator generator, SchemaPatterns patterns, Alternative alternative) {
        this.generator = generator;
        this.patterns = patterns;
        this.alternative = alternative;
        this.schema = alternative.keywords();
        this.required = required(schema);
    }

    /** The object with the required properties; then the same with other values, or with one more property. */
    Stream<JsonNode> values() {
        ObjectNode smallest = JsonNodeFactory.instance.objectNode();
        for (String name : required) {
            Optional<JsonNode> value = property(name).findFirst();
            if (value.isEmpty()) {
                return Stream.empty();
            }
            smallest.set(name, value.get());
        }
        addUntil(smallest, schema.path("minProperties").asInt(0));
        return Stream.concat(Stream.of(smallest), Stream.concat(otherValues(smallest), oneMore(smallest)));
    }

    /** The names of the required properties, in the order in which the schema declares them. */
    private static Set<String> required(ObjectNode schema) {
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        int before;
        do {
            before = required.size();
            SchemaMatcher.dependencies(schema)
                    .filter(each -> required.contains(each.getKey()))
                    .map(Map.Entry::getValue)
                    .forEach(names -> (names.isArray() ? names : names.path("required"))
                            .forEach(name -> required.add(name.asText())));
        } while (required.size() > before);
        Set<String> ordered = new LinkedHashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(name -> {
            if (required.contains(name)) {
                ordered.add(name);
            }
        });
        ordered.addAll(required);
        return ordered;
    }

    private Stream<JsonNode> otherValues(ObjectNode smallest) {
        return smallest.properties().stream().toList().stream()
                .flatMap(field -> property(field.getKey())
                        .skip(1)
                        .limit(MAX_VARIANTS)
                        .map(value -> smallest.deepCopy().set(field.getKey(), value)));
    }

    private Stream<JsonNode> oneMore(ObjectNode smallest) {
        return optionalNames()
                .filter(name -> !smallest.has(name))
                .limit(MAX_VARIANTS)
                .flatMap(name -> property(name)
                        .limit(MAX_VARIANTS)
                        .map(value -> smallest.deepCopy().set(name, value)));
    }

    private void addUntil(ObjectNode object, int min) {
        if (min > MAX_PROPERTIES) {
            throw new UnsupportedSchema("it requires more than " + MAX_PROPERTIES + " properties");
        }
        optionalNames()
                .filter(name -> !object.has(name))
                .takeWhile(_ -> object.size() < min)
                .forEach(name -> property(name).findFirst().ifPresent(value -> object.set(name, value)));
    }

    /** Names that the object may have: declared ones, then such as fit a pattern, then others. */
    private Stream<String> optionalNames() {
        List<String> declared = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(declared::add);
        Stream<String> patterned = schema.path("patternProperties").properties().stream()
                .flatMap(pattern -> IntStream.range(0, MAX_PROPERTIES)
                        .mapToObj(extra -> patterns.text(pattern.getKey(), extra))
                        .limit(MAX_VARIANTS * 2L));
        Stream<String> named = generator
                .instances(
                        SchemaAlternatives.both(
                                schema.path("propertyNames").isObject()
                                        ? schema.get("propertyNames")
                                        : BooleanNode.TRUE,
                                text()),
                        alternative.open())
                .map(JsonNode::asText);
        Stream<String> numbered = IntStream.rangeClosed(1, MAX_PROPERTIES).mapToObj(number -> "key" + number);
        return Stream.of(declared.stream(), patterned, named, numbered)
                .flatMap(names -> names)
                .distinct();
    }

    private static ObjectNode text() {
        return JsonNodeFactory.instance.objectNode().put("type", "string").put("minLength", 1);
    }

    /** Values of the property {@code name}. */
    private Stream<JsonNode> property(String name) {
        List<JsonNode> schemas = new ArrayList<>();
        Optional.ofNullable(schema.path("properties").get(name)).ifPresent(schemas::add);
        SchemaMatcher.dependencies(schema)
                .filter(each -> required.contains(each.getKey()))
                .flatMap(each ->
                        Optional.ofNullable(each.getValue().path("properties").get(name)).stream())
                .forEach(schemas::add);
        schema.path("patternProperties").properties().stream()
                .filter(pattern -> patterns.finds(pattern.getKey(), name))
                .forEach(pattern -> schemas.add(pattern.getValue()));
        if (schemas.isEmpty()) {
            schemas.add(schema.has("additionalProperties") ? schema.get("additionalProperties") : BooleanNode.TRUE);
        }
        JsonNode combined = schemas.stream().reduce(SchemaAlternatives::both).orElse(BooleanNode.TRUE);
        return generator.instances(combined, alternative.open());
    }
}
