package io.parley.provider;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

/** What is sent to a vendor. Prints neither its headers, which hold the key, nor its body. */
record VendorRequest(HttpMethod method, String path, MultiMap headers, Buffer body) {

    /** To have a prompt answered. */
    VendorRequest(String path, MultiMap headers, Buffer body) {
        this(HttpMethod.POST, path, headers, body);
    }

    /** To see what there is. */
    static VendorRequest get(String path, MultiMap headers) {
        return new VendorRequest(HttpMethod.GET, path, headers.remove("content-type"), Buffer.buffer());
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
