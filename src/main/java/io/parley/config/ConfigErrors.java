package io.parley.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects what is wrong with a configuration, so that all of it can be said at once. */
public final class ConfigErrors {

    private final List<String> errors = new ArrayList<>();

    public void add(String message) {
        if (!errors.contains(message)) {
            errors.add(message);
        }
    }

    public void check(boolean valid, String message) {
        if (!valid) {
            add(message);
        }
    }

    /** Unless {@code valid}, the setting at {@code path} is wrong: {@code message} go on after its name. */
    public void checkSetting(boolean valid, String path, String message) {
        if (!valid) {
            add(SettingNames.describe(path) + " " + message);
        }
    }

    void checkPositive(Duration value, String path) {
        checkSetting(value.isPositive(), path, "must be longer than nothing; for example 5s");
    }

    void checkPort(int value, int min, String path) {
        checkSetting(
                value >= min && value <= 65535,
                path,
                "must be from " + min + " to 65535 (0 takes a free port), not " + value);
    }

    /** The value, or none when its own rules are broken. */
    public <T> Optional<T> tryCreate(Supplier<T> value) {
        try {
            return Optional.of(value.get());
        } catch (ConfigException e) {
            e.errors().forEach(this::add);
            return Optional.empty();
        }
    }

    public List<String> messages() {
        return List.copyOf(errors);
    }

    public boolean any() {
        return !errors.isEmpty();
    }

    public void throwIfAny() {
        if (any()) {
            throw new ConfigException(errors);
        }
    }
}
