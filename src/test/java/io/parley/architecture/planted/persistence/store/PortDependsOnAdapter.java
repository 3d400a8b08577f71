package io.parley.architecture.planted.persistence.store;

import io.parley.architecture.planted.persistence.sqlite.Adapter;

/** Violates a rule: the port imports an adapter. */
record PortDependsOnAdapter(Adapter adapter) {}
