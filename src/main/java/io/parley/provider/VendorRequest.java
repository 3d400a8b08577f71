package io.parley.provider;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** What is sent to a vendor to have a prompt answered. Prints neither its headers, which hold the key, nor its body. */
record VendorRequest(String path, MultiMap headers, Buffer body) {
    @Override
    public String toString() {
        return "POST " + path;
    }
}
