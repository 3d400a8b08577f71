package io.parley.config.reader;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads a YAML map as a tree: one document, without duplicate keys and without aliases. Used for settings and for price lists.
 */
public final class YamlReader {

    private YamlReader() {}

    /** The map in {@code yaml}; empty if the root is not a map. */
    public static Optional<ObjectNode> map(String yaml) throws JsonProcessingException {
        return mapWithLines(yaml).map(YamlMap::fields);
    }

    /** The map in {@code yaml} and the lines of the items in its lists; empty if the root is not a map. */
    public static Optional<YamlMap> mapWithLines(String yaml) throws JsonProcessingException {
        YAMLMapper mapper = YAMLMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        try (StrictYamlParser parser = new StrictYamlParser(mapper.getFactory().createParser(yaml))) {
            JsonNode root = mapper.reader().readTree(parser);
            return root instanceof ObjectNode fields
                    ? Optional.of(new YamlMap(fields, parser.itemLines()))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException(e); // reading a string does no I/O
        }
    }

    /** The position of the error, for a message. Omits the parser's own message, which quotes the file and perhaps a secret. */
    public static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }
}
