package io.parley.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where documents are kept: MongoDB when {@code mongoUri} is set, otherwise SQLite in {@code dataDir}.
 *
 * @param timeout how long one operation may take
 */
public record StoreConfig(Path dataDir, Optional<Secret> mongoUri, String mongoDatabase, Duration timeout) {}
