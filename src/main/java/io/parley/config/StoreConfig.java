package io.parley.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Configures the document store: MongoDB if {@code mongoUri} is set, otherwise SQLite in {@code dataDir}.
 *
 * @param timeout timeout of one operation
 */
public record StoreConfig(Path dataDir, Optional<Secret> mongoUri, String mongoDatabase, Duration timeout) {

    public StoreConfig {
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(
                mongoUri.map(uri -> uri.reveal().matches("mongodb(\\+srv)?://.+"))
                        .orElse(true),
                "store.mongodb.uri",
                "must begin with mongodb:// or mongodb+srv://");
        errors.checkSetting(
                mongoDatabase.matches("[A-Za-z0-9_-]{1,63}"),
                "store.mongodb.database",
                "must have up to 63 letters, digits, - or _");
        errors.checkPositive(timeout, "store.timeout");
        errors.throwIfAny();
    }
}
