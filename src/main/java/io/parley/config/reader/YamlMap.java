package io.parley.config.reader;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A YAML map, and where the items of its lists are in the text, for error messages.
 *
 * @param itemLines line numbers of the items of each list that is a value of the map, by the key of the list
 */
public record YamlMap(ObjectNode fields, Map<String, List<Integer>> itemLines) {

    /** The line on which an item of the list at {@code key} begins. */
    public Optional<Integer> line(String key, int index) {
        return Optional.ofNullable(itemLines.get(key))
                .filter(lines -> index < lines.size())
                .map(lines -> lines.get(index));
    }
}
