package io.parley.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The stored items that a request continues or refers to.
 *
 * @param items the input and output of all previous responses, oldest first
 * @param referenced the items that the input refers to, by their id; without those that are not stored
 * @param known whether the previous response is stored, if there is one
 * @param translatedOnly whether it was made here, so that no provider knows it
 */
record ResponseHistory(List<InputItem> items, Map<String, Item> referenced, boolean known, boolean translatedOnly) {

    static final ResponseHistory NONE = new ResponseHistory(List.of(), Map.of(), true, false);

    /** A stored item, as it is stored and as it is read; {@code parsed} is empty if it has no effect. */
    record Item(JsonNode json, Optional<InputItem> parsed) {}

    /** The ids of what a request continues or refers to. */
    record References(Optional<String> previous, Set<String> items) {

        static References of(JsonFields fields) {
            Set<String> items = new HashSet<>();
            fields.any("input")
                    .filter(JsonNode::isArray)
                    .ifPresent(input -> input.forEach(item -> {
                        if (isReference(item)) {
                            items.add(item.path("id").asText());
                        }
                    }));
            return new References(fields.optionalText("previous_response_id", TextRule.ID), items);
        }
    }

    ResponseHistory {
        items = List.copyOf(items);
        referenced = Map.copyOf(referenced);
    }

    /** Returns {@code item}, or the stored item that it refers to. */
    JsonNode resolve(JsonNode item) {
        return Optional.ofNullable(referenced.get(item.path("id").asText()))
                .filter(_ -> isReference(item))
                .map(Item::json)
                .orElse(item);
    }

    private static boolean isReference(JsonNode item) {
        return item.path("type").asText().equals(InputItemParser.REFERENCE);
    }
}
