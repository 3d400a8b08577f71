package io.parley.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects the errors of a configuration, so that all of them are reported at once. */
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

    /** Adds an error unless {@code valid}; {@code message} follows the name of the setting at {@code path}. */
    public void checkSetting(boolean valid, String path, String message) {
        if (!valid) {
            add(SettingNames.describe(path) + " " + message);
        }
    }

    void checkPositive(Duration value, String path) {
        checkSetting(value.isPositive(), path, "must be greater than 0 (for example 5s)");
    }

    void checkPort(int value, int min, String path) {
        checkSetting(
                value >= min && value <= 65535,
                path,
                "must be from " + min + " to 65535 (0 for a free port), not " + value);
    }

    /** The value; empty if its creation fails, in which case its errors are added. */
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
