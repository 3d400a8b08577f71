package io.parley.provider.http;

import io.parley.config.ProviderConfig;
import io.parley.provider.dialect.Dialect;
import io.parley.provider.profile.RefusedOptions;

/** A provider that can be called: its configuration, dialect and connections, and the options that its models have refused. */
public record ProviderEndpoint(ProviderConfig config, Dialect dialect, ProviderClient client, RefusedOptions refused) {

    /** A provider that has refused nothing yet. */
    public ProviderEndpoint(ProviderConfig config, Dialect dialect, ProviderClient client) {
        this(config, dialect, client, new RefusedOptions());
    }
}
