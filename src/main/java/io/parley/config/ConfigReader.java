package io.parley.config;

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
 * Where the configuration comes from: files, and the environment over them. Whatever is wrong, an unknown name included, is
 * said at once in one {@link ConfigException}.
 */
public final class ConfigReader {

    private final Map<String, String> environment;
    private final LogConfig.Format usual;
    private final boolean tryOut;

    /**
     * @param environment the variables of the process
     * @param usual how to log when nobody says
     * @param tryOut whether to turn DEV_MODE on when nothing else says who may call
     */
    public ConfigReader(Map<String, String> environment, LogConfig.Format usual, boolean tryOut) {
        this.environment = Map.copyOf(environment);
        this.usual = usual;
        this.tryOut = tryOut;
    }

    /** The configuration of {@code folder}, which holds {@code parley.yaml}. */
    public Future<AppConfig> read(Vertx vertx, Path folder) {
        ConfigErrors mistakes = new ConfigErrors();
        Optional<String> name = Optional.ofNullable(environment.get(Environment.NAME))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
        return new ConfigFiles(vertx, mistakes).read(folder, name).map(settings -> read(settings, mistakes));
    }

    /** The configuration that {@code settings} (by path, such as {@code http.port}) and the environment make. */
    public AppConfig read(Map<String, String> settings) {
        return read(settings, new ConfigErrors());
    }

    /** Every setting by path with its default, "" where it has none. */
    public static Map<String, String> defaults() {
        return known(Map.of());
    }

    private AppConfig read(Map<String, String> file, ConfigErrors mistakes) {
        Map<String, String> given = new LinkedHashMap<>(file);
        given.putAll(new Environment(environment, mistakes).settings(known(file).keySet()));
        SettingsReader settings = new SettingsReader(given, mistakes);
        Optional<AppConfig> config = new AppConfigParser(settings, mistakes, usual, tryOut).config();
        given.forEach((path, value) -> mistakes.unless(
                !value.strip().startsWith("op://"),
                path,
                "still begins with op://: put a secret manager before the start (op run -- scripts/run), or set the"
                        + " secret itself"));
        unknown(given, settings.known().keySet(), mistakes);
        mistakes.throwIfAny();
        return config.orElseThrow();
    }

    private static Map<String, String> known(Map<String, String> file) {
        SettingsReader settings = new SettingsReader(file, new ConfigErrors());
        new AppConfigParser(settings, new ConfigErrors(), LogConfig.Format.TEXT, true).config();
        return new HashMap<>(settings.known());
    }

    private static void unknown(Map<String, String> given, Set<String> known, ConfigErrors mistakes) {
        given.forEach((path, value) -> {
            boolean emptySection = value.isBlank() && known.stream().anyMatch(each -> each.startsWith(path + "."));
            if (!emptySection && !known.contains(path)) {
                mistakes.add(path + " is not a setting: correct it or take it out; " + near(path, known));
            }
        });
    }

    /** What there is where somebody looked. */
    private static String near(String path, Set<String> known) {
        String parent = path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
        String prefix = parent.isEmpty() ? "" : parent + ".";
        Set<String> names = known.stream()
                .filter(each -> each.startsWith(prefix))
                .map(each -> each.substring(prefix.length()).replaceFirst("\\..*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        if (names.isEmpty()) {
            return near(parent, known);
        }
        return "there " + (parent.isEmpty() ? "are " : "are, under " + parent + ": ") + String.join(", ", names);
    }
}
