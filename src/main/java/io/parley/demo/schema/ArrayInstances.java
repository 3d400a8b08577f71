package io.parley.demo.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.demo.schema.SchemaAlternatives.Alternative;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Generates small arrays for a schema without combinations. */
final class ArrayInstances {

    private static final int MAX_ITEMS = 1_000;
    private static final int MAX_VARIANTS = 8;

    private final InstanceGenerator generator;
    private final Alternative alternative;
    private final ObjectNode schema;
    private final int required;

    ArrayInstances(InstanceGenerator generator, Alternative alternative) {
        this.generator = generator;
        this.alternative = alternative;
        this.schema = alternative.keywords();
        this.required =
                schema.has("contains") ? Math.max(0, schema.path("minContains").asInt(1)) : 0;
    }

    /** The shortest arrays first, then longer ones. The items that {@code contains} asks for come first, or else last. */
    Stream<JsonNode> values() {
        int min = Math.max(schema.path("minItems").asInt(0), required);
        int listed =
                Math.max(schema.path("prefixItems").size(), schema.path("items").size());
        if (min > MAX_ITEMS) {
            throw new UnsupportedSchema("it requires more than " + MAX_ITEMS + " items");
        }
        int max = Math.min(schema.path("maxItems").asInt(Integer.MAX_VALUE), min + listed + MAX_VARIANTS);
        return IntStream.rangeClosed(min, Math.max(min, max))
                .boxed()
                .flatMap(size ->
                        required == 0 ? values(size, 0) : Stream.concat(values(size, 0), values(size, size - required)))
                .map(InstanceGenerator::list);
    }

    /** Arrays of {@code size} items, of which those from {@code from} on are the ones to contain. */
    private Stream<List<JsonNode>> values(int size, int from) {
        List<JsonNode> items = new ArrayList<>();
        for (int at = 0; at < size; at++) {
            Optional<JsonNode> item = items(at, from, items).findFirst();
            if (item.isEmpty()) {
                return Stream.empty();
            }
            items.add(item.get());
        }
        return Stream.concat(Stream.of(items), variants(items, from));
    }

    /** The same items but the last. */
    private Stream<List<JsonNode>> variants(List<JsonNode> items, int from) {
        if (items.isEmpty()) {
            return Stream.empty();
        }
        List<JsonNode> others = items.subList(0, items.size() - 1);
        return items(items.size() - 1, from, others).skip(1).limit(MAX_VARIANTS).map(last -> {
            List<JsonNode> variant = new ArrayList<>(others);
            variant.add(last);
            return variant;
        });
    }

    private Stream<JsonNode> items(int at, int from, List<JsonNode> before) {
        JsonNode item = SchemaMatcher.item(schema, at);
        boolean contained = at >= from && at < from + required;
        JsonNode combined = contained ? SchemaAlternatives.both(item, schema.get("contains")) : item;
        Stream<JsonNode> items = generator.instances(combined, alternative.open());
        if (!schema.path("uniqueItems").asBoolean(false)) {
            return items;
        }
        List<JsonNode> seen = List.copyOf(before);
        return items.filter(value -> seen.stream().noneMatch(other -> SchemaMatcher.equal(value, other)));
    }
}
