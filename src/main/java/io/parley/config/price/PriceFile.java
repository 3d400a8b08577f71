package io.parley.config.price;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.config.ConfigErrors;
import io.parley.config.ConfigException;
import io.parley.config.PriceList;
import io.parley.config.SettingNames;
import io.parley.config.UsageConfig;
import io.parley.config.reader.YamlReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the price list from a file, or, if there is no file at the default path, from the copy built into the server; and the operator's
 * own prices from a file beside it, if there is one. Reports all errors of a file at once in one {@link ConfigException}.
 */
public final class PriceFile {

    /** The file of the operator's own prices, in the folder of the price list. */
    static final String OWN_PRICES = "prices.local.yaml";
    /** Precedes the date in the version of a price that is the operator's own. */
    private static final String OWN_VERSION = "local-";

    private PriceFile() {}

    /** The configured price list, read on a worker thread. */
    public static Future<PriceList> read(Vertx vertx, UsageConfig config) {
        return vertx.executeBlocking(() -> read(config.priceFile(), config.priceFamilies()))
                .map(Objects::requireNonNull);
    }

    /** Blocks. */
    static PriceList read(String file, Map<String, String> families) {
        PriceList list = readFile(file, "");
        Path own = Path.of(file).resolveSibling(OWN_PRICES);
        PriceList prices = Files.exists(own) ? list.withOwn(readFile(own.toString(), OWN_VERSION)) : list;
        checkFamilies(families, prices);
        return prices.withFamilies(families);
    }

    /** @param name the name of the file, for error messages */
    static PriceList parse(String name, InputStream in, String versionPrefix) throws IOException {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        ConfigErrors errors = new ConfigErrors();
        PriceList list = YamlReader.mapWithLines(text)
                .map(yaml -> new PriceListParser(name, yaml, errors).parse(versionPrefix))
                .orElseGet(() -> PriceListParser.rejectNonMap(name, errors));
        errors.throwIfAny();
        return list;
    }

    private static PriceList readFile(String file, String versionPrefix) {
        try (InputStream in = open(file)) {
            return parse(file, in, versionPrefix);
        } catch (JsonProcessingException e) {
            throw error(
                    file + " is not YAML with unique keys and without aliases" + YamlReader.place(e) + ": correct it");
        } catch (IOException e) {
            throw error((file.endsWith(OWN_PRICES) ? "" : SettingNames.describe("usage.prices") + " names ") + file
                    + ", which cannot be read: check that it exists and that this user may read it");
        }
    }

    private static void checkFamilies(Map<String, String> families, PriceList prices) {
        ConfigErrors errors = new ConfigErrors();
        families.forEach((provider, family) -> errors.checkSetting(
                prices.contains(family),
                "providers." + provider + ".prices",
                "is " + family + ", but the price list has no provider of that name"));
        errors.throwIfAny();
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
