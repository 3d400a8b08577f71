package io.parley.provider;

import io.parley.config.ProviderConfig;

/** A provider that can be called: its configuration, dialect and connections. */
record ProviderEndpoint(ProviderConfig config, Dialect dialect, ProviderClient client) {}
