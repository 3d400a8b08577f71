package io.parley.architecture.planted.http.server;

import io.parley.architecture.planted.http.routing.Routing;

/** Violates a rule: a lower layer imports a higher one. */
record ServerDependsOnRouting(Routing routing) {}
