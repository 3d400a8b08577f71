package io.parley.config.reader;

import io.parley.config.AppConfig;
import io.parley.config.ConfigErrors;
import io.parley.config.ConfigException;
import io.parley.config.LogConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads the configuration from files, overridden by the environment. Reports all errors, unknown names included, at once in one
 * {@link ConfigException}.
 */
public final class ConfigReader {

    private final Map<String, String> environment;
    private final LogConfig.Format defaultLogFormat;
    private final boolean devModeByDefault;

    /**
     * @param environment the variables of the process
     * @param defaultLogFormat log format unless one is configured
     * @param devModeByDefault whether to enable DEV_MODE if no authentication is configured
     */
    public ConfigReader(Map<String, String> environment, LogConfig.Format defaultLogFormat, boolean devModeByDefault) {
        this.environment = Map.copyOf(environment);
        this.defaultLogFormat = defaultLogFormat;
        this.devModeByDefault = devModeByDefault;
    }

    /** The configuration of {@code folder}, which holds {@code parley.yaml}. */
    public Future<AppConfig> read(Vertx vertx, Path folder) {
        ConfigErrors errors = new ConfigErrors();
        Optional<String> name = Optional.ofNullable(environment.get(Environment.PROFILE_VARIABLE))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
        return new ConfigFiles(vertx, errors).read(folder, name).map(settings -> read(settings, errors));
    }

    /** The configuration from {@code settings} (by path, such as {@code http.port}) and the environment. */
    public AppConfig read(Map<String, String> settings) {
        return read(settings, new ConfigErrors());
    }

    /** Every setting by path with its default, "" if it has none. */
    public static Map<String, String> defaults() {
        return knownSettings(Map.of());
    }

    private AppConfig read(Map<String, String> file, ConfigErrors errors) {
        Map<String, String> values = new LinkedHashMap<>(file);
        values.putAll(new Environment(environment, errors)
                .settings(knownSettings(file).keySet()));
        SettingsReader settings = new SettingsReader(values, errors);
        Optional<AppConfig> config = new AppConfigParser(settings, errors, defaultLogFormat, devModeByDefault).config();
        values.forEach((path, value) -> errors.checkSetting(
                !value.strip().startsWith("op://"),
                path,
                "is an unresolved op:// reference: start the server through the secret manager (op run --"
                        + " scripts/run), or set the secret itself"));
        reportUnknown(values, settings.defaults().keySet(), errors);
        errors.throwIfAny();
        return config.orElseThrow();
    }

    private static Map<String, String> knownSettings(Map<String, String> file) {
        SettingsReader settings = new SettingsReader(file, new ConfigErrors());
        new AppConfigParser(settings, new ConfigErrors(), LogConfig.Format.TEXT, true).config();
        return new HashMap<>(settings.defaults());
    }

    private static void reportUnknown(Map<String, String> values, Set<String> known, ConfigErrors errors) {
        values.forEach((path, value) -> {
            boolean emptySection =
                    value.isBlank() && known.stream().anyMatch(candidate -> candidate.startsWith(path + "."));
            if (!emptySection && !known.contains(path)) {
                errors.add(path + " is not a setting: correct or remove it; " + suggestion(path, known));
            }
        });
    }

    /** The known names beside {@code path}. */
    private static String suggestion(String path, Set<String> known) {
        String parent = path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
        String prefix = parent.isEmpty() ? "" : parent + ".";
        Set<String> names = known.stream()
                .filter(candidate -> candidate.startsWith(prefix))
                .map(candidate -> candidate.substring(prefix.length()).replaceFirst("\\..*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        if (names.isEmpty()) {
            return suggestion(parent, known);
        }
        return "known settings" + (parent.isEmpty() ? ": " : " under " + parent + ": ") + String.join(", ", names);
    }
}
