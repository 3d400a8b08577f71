package io.parley.provider;

import io.parley.config.VendorConfig;

/** A vendor that can be called: where and with which limits, in which dialect, over which connections. */
record Vendor(VendorConfig config, Dialect dialect, VendorClient client) {}
