package io.parley.provider;

import io.parley.config.VendorConfig;

/** A provider that can be called: its configuration, dialect and connections. */
record Vendor(VendorConfig config, Dialect dialect, VendorClient client) {}
