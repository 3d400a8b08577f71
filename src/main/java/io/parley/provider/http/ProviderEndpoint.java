package io.parley.provider.http;

import io.parley.provider.dialect.Dialect;
import io.parley.config.ProviderConfig;

/** A provider that can be called: its configuration, dialect and connections. */
public record ProviderEndpoint(ProviderConfig config, Dialect dialect, ProviderClient client) {}
