package io.parley.clients;

/**
 * Where a client finds Parley, and what it requests.
 *
 * @param provider the format of the provider behind it
 * @param url of a server with this provider only, without /v1
 * @param failingUrl of another such server, whose provider may be made to fail
 * @param embeddingModel "" if the provider has none
 */
record ClientTarget(String provider, String url, String failingUrl, String model, String embeddingModel) {}
