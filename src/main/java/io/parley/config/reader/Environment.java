package io.parley.config.reader;

import io.parley.config.ConfigErrors;
import io.parley.config.SettingNames;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the environment says about settings: by promised name or by path, as a value or as the name of a file that holds it. */
final class Environment {

    static final String PROFILE_VARIABLE = "PARLEY_ENV";

    private static final String FILE_SUFFIX = "_FILE";

    private final Map<String, String> variables;
    private final ConfigErrors errors;

    Environment(Map<String, String> variables, ConfigErrors errors) {
        this.variables = variables;
        this.errors = errors;
    }

    /** The settings among {@code paths} that the environment gives. Any other variable that bears our name is a mistake. */
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
                        + " is not the name of a setting: correct it or take it out; conf/parley.yaml lists all, and"
                        + " http.heartbeat is called PARLEY_HTTP_HEARTBEAT"));
        return settings;
    }

    private Optional<String> value(List<String> names) {
        List<String> set = names.stream()
                .filter(name -> !variables.getOrDefault(name, "").isBlank())
                .toList();
        if (set.size() > 1) {
            errors.add(set.stream().collect(Collectors.joining(" and ")) + " say the same thing: keep one of them");
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
            errors.add(name + " names a file that is not text in UTF-8");
        } catch (IOException | InvalidPathException e) {
            errors.add(name + " names a file that cannot be read: does it exist, and may this user read it?");
        }
        return Optional.empty();
    }
}
