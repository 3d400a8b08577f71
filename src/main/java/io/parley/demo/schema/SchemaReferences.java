package io.parley.demo.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Resolves the references of a JSON schema within its own document: by pointer, anchor or id. */
final class SchemaReferences {

    /** Keywords whose value refers to a schema. A dynamic reference is resolved like a static one. */
    static final List<String> KEYWORDS = List.of("$ref", "$dynamicRef", "$recursiveRef");

    private final JsonNode root;

    SchemaReferences(JsonNode root) {
        this.root = root;
    }

    /** The schema that {@code reference} refers to. */
    JsonNode resolve(String reference) {
        int hash = reference.indexOf('#');
        String base = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : reference.substring(hash + 1);
        return (base.isEmpty() ? Optional.of(root) : find(root, "$id", base))
                .flatMap(document -> within(document, fragment))
                .filter(schema -> schema.isObject() || schema.isBoolean())
                .orElseThrow(() -> new UnsupportedSchema("it has a $ref that is not within the schema"));
    }

    private static Optional<JsonNode> within(JsonNode document, String fragment) {
        if (fragment.isEmpty()) {
            return Optional.of(document);
        }
        if (fragment.startsWith("/")) {
            try {
                String pointer = URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
                return Optional.of(document.at(JsonPointer.compile(pointer)));
            } catch (IllegalArgumentException invalid) {
                return Optional.empty();
            }
        }
        return find(document, "$anchor", fragment)
                .or(() -> find(document, "$dynamicAnchor", fragment))
                .or(() -> find(document, "$id", "#" + fragment));
    }

    /** The first object whose {@code keyword} has this value, or a URI that ends with it. */
    private static Optional<JsonNode> find(JsonNode node, String keyword, String value) {
        String found = node.path(keyword).asText("");
        if (!found.isEmpty() && (found.equals(value) || found.endsWith("/" + value))) {
            return Optional.of(node);
        }
        for (JsonNode child : node) {
            Optional<JsonNode> inner = find(child, keyword, value);
            if (inner.isPresent()) {
                return inner;
            }
        }
        return Optional.empty();
    }
}
