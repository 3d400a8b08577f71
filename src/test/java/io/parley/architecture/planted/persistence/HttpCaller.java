package io.parley.architecture.planted.persistence;

import io.vertx.core.http.HttpClient;

/** Violates a rule: uses an HTTP client outside of provider and http.auth. */
record HttpCaller(HttpClient client) {}
