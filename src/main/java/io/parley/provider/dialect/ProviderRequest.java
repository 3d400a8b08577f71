package io.parley.provider.dialect;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

/** An HTTP request to a provider. Its string form contains neither the headers, which hold the API key, nor the body. */
public record ProviderRequest(HttpMethod method, String path, MultiMap headers, Buffer body) {

    /** A request for an answer. */
    public ProviderRequest(String path, MultiMap headers, Buffer body) {
        this(HttpMethod.POST, path, headers, body);
    }

    /** A request without a body. */
    static ProviderRequest get(String path, MultiMap headers) {
        return new ProviderRequest(HttpMethod.GET, path, headers.remove("content-type"), Buffer.buffer());
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
