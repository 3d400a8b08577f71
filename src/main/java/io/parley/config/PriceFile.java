package io.parley.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
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
            throw mistake(file + " is not YAML with each key once" + YamlReader.place(e) + ": correct it");
        } catch (IOException e) {
            throw mistake("usage.prices (PARLEY_USAGE_PRICES) names " + file
                    + ", which cannot be read: does it exist, and may this user read it?");
        }
    }

    static PriceList parse(InputStream in) throws IOException {
        Optional<ObjectNode> root = YamlReader.map(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        ConfigErrors mistakes = new ConfigErrors();
        PriceList list =
                root.map(map -> new PriceListParser(map, mistakes).list()).orElseGet(() -> PriceListParser.notAMap(mistakes));
        mistakes.throwIfAny();
        return list;
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

    private static ConfigException mistake(String sentence) {
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.add(sentence);
        return new ConfigException(mistakes.all());
    }
}
