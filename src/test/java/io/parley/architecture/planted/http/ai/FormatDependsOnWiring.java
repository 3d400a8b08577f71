package io.parley.architecture.planted.http.ai;

import io.parley.architecture.planted.http.Wiring;

/** Violates a rule: a sub-package imports the wiring. */
record FormatDependsOnWiring(Wiring wiring) {}
