package io.parley.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where prices come from: a file, and, where the usual file is not there, the one that is packed with the server. Whatever is wrong
 * with it is said at once in one {@link ConfigException}.
 */
public final class PriceFile {

    private PriceFile() {}

    /** The prices that the configuration names. */
    public static Future<PriceList> read(Vertx vertx, UsageConfig config) {
        return vertx.executeBlocking(() -> read(config.prices())).map(Objects::requireNonNull);
    }

    /** Blocks. */
    static PriceList read(String file) {
        try (InputStream in = open(file)) {
            return parse(in);
        } catch (JsonProcessingException e) {
            throw mistake(file + " is not YAML with each key once" + place(e) + ": correct it");
        } catch (IOException e) {
            throw mistake("usage.prices (PARLEY_USAGE_PRICES) names " + file
                    + ", which cannot be read: does it exist, and may this user read it?");
        }
    }

    static PriceList parse(InputStream in) throws IOException {
        JsonNode root = mapper().readTree(in);
        Mistakes mistakes = new Mistakes();
        PriceList list = root instanceof ObjectNode object
                ? new PriceEntries(object, mistakes).list()
                : PriceEntries.notAMap(mistakes);
        mistakes.throwIfAny();
        return list;
    }

    private static YAMLMapper mapper() {
        return YAMLMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    private static InputStream open(String file) throws IOException {
        if (file.equals(UsageConfig.PRICES) && !Files.exists(Path.of(file))) {
            @Nullable InputStream packed = PriceFile.class.getResourceAsStream("/prices.yaml");
            if (packed != null) {
                return packed;
            }
        }
        return Files.newInputStream(Path.of(file));
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
    }

    private static ConfigException mistake(String sentence) {
        Mistakes mistakes = new Mistakes();
        mistakes.add(sentence);
        return new ConfigException(mistakes.all());
    }
}
