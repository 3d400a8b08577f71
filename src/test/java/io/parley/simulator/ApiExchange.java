package io.parley.simulator;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** One request to a simulated API and its response. */
final class ApiExchange implements AutoCloseable {

    private final HttpExchange http;

    ApiExchange(HttpExchange http) {
        this.http = http;
    }

    String method() {
        return http.getRequestMethod();
    }

    String path() {
        return http.getRequestURI().getPath();
    }

    /** Returns a request header, "" if it is missing. */
    String header(String name) {
        String value = http.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    JsonObject body() throws IOException {
        try {
            return new JsonObject(new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        } catch (DecodeException e) {
            throw SimulatedError.bad("", "We could not parse the JSON body of your request.");
        }
    }

    ApiExchange responseHeader(String name, String value) {
        http.getResponseHeaders().set(name, value);
        return this;
    }

    void json(int status, JsonObject body) throws IOException {
        byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
        responseHeader("content-type", "application/json");
        http.sendResponseHeaders(status, bytes.length);
        http.getResponseBody().write(bytes);
    }

    /** Begins a streamed response of the given type. */
    Stream stream(String contentType) throws IOException {
        responseHeader("content-type", contentType);
        http.sendResponseHeaders(200, 0);
        return new Stream(http.getResponseBody());
    }

    @Override
    public void close() throws IOException {
        http.getRequestBody().readAllBytes();
        http.close();
    }

    /** A streamed response. Each write is one chunk. */
    static final class Stream {

        private final OutputStream out;

        Stream(OutputStream out) {
            this.out = out;
        }

        /** Writes a server-sent event without a name. */
        void data(String data) throws IOException {
            write("data: " + data + "\n\n");
        }

        /** Writes a server-sent event whose name is the "type" of the data. */
        void event(JsonObject data) throws IOException {
            write("event: " + data.getString("type") + "\ndata: " + data.encode() + "\n\n");
        }

        /** Writes one line of JSON. */
        void line(JsonObject data) throws IOException {
            write(data.encode() + "\n");
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
