package io.parley.provider.http;

import io.parley.config.ProviderConfig;
import io.parley.provider.dialect.Dialect;

/** A provider that can be called: its configuration, dialect and connections. */
public record ProviderEndpoint(ProviderConfig config, Dialect dialect, ProviderClient client) {}
