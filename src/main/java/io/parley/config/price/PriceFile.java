package io.parley.config.price;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ConfigErrors;
import io.parley.config.ConfigException;
import io.parley.config.PriceList;
import io.parley.config.UsageConfig;
import io.parley.config.reader.YamlReader;
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
 * Reads the price list from a file; if there is no file at the default path, from the copy built into the server. Reports all
 * errors at once in one {@link ConfigException}.
 */
public final class PriceFile {

    private PriceFile() {}

    /** The configured price list, read on a worker thread. */
    public static Future<PriceList> read(Vertx vertx, UsageConfig config) {
        return vertx.executeBlocking(() -> read(config.priceFile())).map(Objects::requireNonNull);
    }

    /** Blocks. */
    static PriceList read(String file) {
        try (InputStream in = open(file)) {
            return parse(in);
        } catch (JsonProcessingException e) {
            throw error(
                    file + " is not YAML with unique keys and without aliases" + YamlReader.place(e) + ": correct it");
        } catch (IOException e) {
            throw error("usage.prices (PARLEY_USAGE_PRICES) names " + file
                    + ", which cannot be read: check that it exists and that this user may read it");
        }
    }

    static PriceList parse(InputStream in) throws IOException {
        Optional<ObjectNode> root = YamlReader.map(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        ConfigErrors errors = new ConfigErrors();
        PriceList list = root.map(map -> new PriceListParser(map, errors).parse())
                .orElseGet(() -> PriceListParser.rejectNonMap(errors));
        errors.throwIfAny();
        return list;
    }

    private static InputStream open(String file) throws IOException {
        if (file.equals(UsageConfig.DEFAULT_PRICE_FILE) && !Files.exists(Path.of(file))) {
            @Nullable InputStream bundled = PriceFile.class.getResourceAsStream("/prices.yaml");
            if (bundled != null) {
                return bundled;
            }
        }
        return Files.newInputStream(Path.of(file));
    }

    private static ConfigException error(String message) {
        ConfigErrors errors = new ConfigErrors();
        errors.add(message);
        return new ConfigException(errors.messages());
    }
}
