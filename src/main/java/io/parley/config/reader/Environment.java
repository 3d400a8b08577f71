package io.parley.config.reader;

import io.parley.config.ConfigErrors;
import io.parley.config.SettingNames;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads settings from environment variables: by short name or by path, as a value or as the name of a file that holds the value. */
final class Environment {

    static final String PROFILE_VARIABLE = "PARLEY_ENV";

    private static final String FILE_SUFFIX = "_FILE";

    /** Variables that most programs know in lower case, too; that takes precedence, as it does with curl. */
    private static final List<String> IN_LOWER_CASE = List.of("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY");

    private final Map<String, String> variables;
    private final ConfigErrors errors;

    Environment(Map<String, String> variables, ConfigErrors errors) {
        this.variables = withLowerCase(variables);
        this.errors = errors;
    }

    private static Map<String, String> withLowerCase(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        for (String name : IN_LOWER_CASE) {
            String value = variables.getOrDefault(name.toLowerCase(Locale.ROOT), "");
            if (!value.isBlank()) {
                all.put(name, value);
            }
        }
        return all;
    }

    /** The settings among {@code paths} that are set. Any other variable with the prefix {@code PARLEY_} is an error. */
    Map<String, String> settings(Collection<String> paths) {
        Map<String, String> settings = new LinkedHashMap<>();
        Set<String> knownNames = new HashSet<>(List.of(PROFILE_VARIABLE));
        for (String path : paths) {
            List<String> names = SettingNames.variables(path).stream()
                    .flatMap(name -> Stream.of(name, name + FILE_SUFFIX))
                    .toList();
            knownNames.addAll(names);
            value(names).ifPresent(value -> settings.put(path, value));
        }
        variables.keySet().stream()
                .filter(name -> name.startsWith(SettingNames.PREFIX) && !knownNames.contains(name))
                .sorted()
                .forEach(name -> errors.add(name
                        + " is not the name of a setting: correct or remove it; conf/parley.yaml lists all settings, and the"
                        + " variable of http.heartbeat is PARLEY_HTTP_HEARTBEAT"));
        return settings;
    }

    private Optional<String> value(List<String> names) {
        List<String> set = names.stream()
                .filter(name -> !variables.getOrDefault(name, "").isBlank())
                .toList();
        if (set.size() > 1) {
            errors.add(set.stream().collect(Collectors.joining(" and ")) + " set the same option: keep only one");
        }
        return set.stream().findFirst().flatMap(name -> {
            String value = variables.getOrDefault(name, "");
            return names.indexOf(name) % 2 == 1 ? content(name, value) : Optional.of(value);
        });
    }

    private Optional<String> content(String name, String file) {
        try {
            return Optional.of(Files.readString(Path.of(file.strip())).strip());
        } catch (MalformedInputException e) {
            errors.add(name + " names a file that is not UTF-8 text");
        } catch (IOException | InvalidPathException e) {
            errors.add(name + " names a file that cannot be read: check that it exists and that this user may read it");
        }
        return Optional.empty();
    }
}
