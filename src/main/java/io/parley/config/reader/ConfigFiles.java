package io.parley.config.reader;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.config.ConfigErrors;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code parley.yaml}, overridden by {@code parley-<env>.yaml}, as settings by path. Does not check the settings. */
final class ConfigFiles {

    /** The key under which the retriever returns the text of a file. */
    private static final String TEXT = "text";

    private final Vertx vertx;
    private final ConfigErrors errors;

    ConfigFiles(Vertx vertx, ConfigErrors errors) {
        this.vertx = vertx;
        this.errors = errors;
    }

    /** A missing {@code parley.yaml} means defaults only; a missing file of a named environment is an error. */
    Future<Map<String, String>> read(Path folder, Optional<String> environment) {
        Path baseFile = folder.resolve("parley.yaml");
        return (Files.exists(baseFile) ? read(baseFile) : Future.succeededFuture(new JsonObject()))
                .compose(settings -> environment
                        .map(name ->
                                readEnvironmentFile(folder, name).map(overrides -> settings.mergeIn(overrides, true)))
                        .orElseGet(() -> Future.succeededFuture(settings)))
                .map(settings -> flatten("", settings));
    }

    private Future<JsonObject> readEnvironmentFile(Path folder, String environment) {
        Path file = folder.resolve("parley-" + environment + ".yaml");
        if (!environment.matches("[A-Za-z0-9_-]+") || !Files.exists(file)) {
            errors.add(Environment.PROFILE_VARIABLE + " requires " + folder.getFileName()
                    + "/parley-<its value>.yaml, which does not exist: create it, or unset the variable");
            return Future.succeededFuture(new JsonObject());
        }
        return read(file);
    }

    private Future<JsonObject> read(Path file) {
        ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat("raw")
                .setConfig(new JsonObject()
                        .put("path", file.toAbsolutePath().toString())
                        .put("raw.key", TEXT));
        ConfigRetriever retriever = ConfigRetriever.create(
                vertx, new ConfigRetrieverOptions().addStore(store).setScanPeriod(-1));
        return retriever
                .getConfig()
                .eventually(retriever::close)
                .compose(raw -> vertx.executeBlocking(() -> map(raw.getString(TEXT, ""))))
                .map(Objects::requireNonNull)
                .otherwise(cause -> {
                    errors.add(file.getFileName() + " is not a YAML map with unique keys and without aliases"
                            + location(cause) + ": correct it, or delete it (every setting has a default)");
                    return new JsonObject();
                });
    }

    private static JsonObject map(String yaml) throws JsonProcessingException {
        return yaml.isEmpty()
                ? new JsonObject()
                : YamlReader.map(yaml)
                        .map(map -> new JsonObject(map.toString()))
                        .orElseThrow(() -> new IllegalArgumentException("not a map"));
    }

    private static String location(Throwable cause) {
        return cause instanceof JsonProcessingException failed ? YamlReader.place(failed) : "";
    }

    /** The settings in {@code json}, whose path is {@code prefix}. A setting that is a map becomes JSON text. */
    private static Map<String, String> flatten(String prefix, JsonObject json) {
        Map<String, String> settings = new LinkedHashMap<>();
        json.forEach(entry -> {
            String path = prefix + entry.getKey();
            if (entry.getValue() instanceof JsonObject map && !map.isEmpty()) {
                if (isMapSetting(path)) {
                    settings.put(path, map.encode());
                } else {
                    settings.putAll(flatten(path + ".", map));
                }
            } else {
                settings.put(path, text(entry.getValue()));
            }
        });
        return settings;
    }

    private static boolean isMapSetting(String path) {
        String[] names = path.split("\\.", -1);
        return names.length == 3 && names[0].equals("providers") && ProfileSettings.MAPS.contains(names[2]);
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case JsonObject _ -> "";
            case JsonArray list -> list.stream().map(Objects::toString).collect(Collectors.joining(","));
            default -> value.toString();
        };
    }
}
