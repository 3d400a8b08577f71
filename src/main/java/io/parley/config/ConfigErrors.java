package io.parley.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects what is wrong with a configuration, so that all of it can be said at once. */
final class ConfigErrors {

    private final List<String> found = new ArrayList<>();

    void add(String sentence) {
        if (!found.contains(sentence)) {
            found.add(sentence);
        }
    }

    void onlyIf(boolean right, String sentence) {
        if (!right) {
            add(sentence);
        }
    }

    /** Unless {@code right}, the setting at {@code path} is wrong: {@code words} go on after its name. */
    void unless(boolean right, String path, String words) {
        if (!right) {
            add(SettingNames.of(path) + " " + words);
        }
    }

    void unlessPositive(Duration value, String path) {
        unless(value.isPositive(), path, "must be longer than nothing; for example 5s");
    }

    void unlessPort(int value, int least, String path) {
        unless(
                value >= least && value <= 65535,
                path,
                "must be from " + least + " to 65535 (0 takes a free port), not " + value);
    }

    /** The value, or none when its own rules are broken. */
    <T> Optional<T> attempt(Supplier<T> value) {
        try {
            return Optional.of(value.get());
        } catch (ConfigException broken) {
            broken.mistakes().forEach(this::add);
            return Optional.empty();
        }
    }

    List<String> all() {
        return List.copyOf(found);
    }

    boolean any() {
        return !found.isEmpty();
    }

    void throwIfAny() {
        if (any()) {
            throw new ConfigException(found);
        }
    }
}
