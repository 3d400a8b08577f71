package io.parley.architecture.planted.persistence;

import io.vertx.core.http.HttpClient;

/** Calls out though it keeps a store. */
record HttpCaller(HttpClient client) {}
