package io.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** An HTTP client for a server on loopback: reads responses whole or as a stream of events. */
public final class HttpTestClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    public HttpTestClient(int port) {
        this.port = port;
    }

    public HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers);
    }

    public HttpResponse<String> delete(String path, String... headers) throws Exception {
        return send("DELETE", path, "", headers);
    }

    /** Sends a JSON body. */
    public HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return send("POST", path, body, headers);
    }

    /** Sends a JSON body. */
    public HttpResponse<String> patch(String path, String body, String... headers) throws Exception {
        return send("PATCH", path, body, headers);
    }

    /** Sends any body; one that is not empty has the content type JSON unless the headers say otherwise. */
    public HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        return client.send(request(method, path, body, headers), BodyHandlers.ofString());
    }

    /** Opens a stream and reads the body as it arrives, whatever the status. */
    public SseTestClient stream(String method, String path, String body, String... headers) throws Exception {
        HttpResponse<InputStream> response =
                client.send(request(method, path, body, headers), BodyHandlers.ofInputStream());
        return new SseTestClient(response);
    }

    /** Returns the response body as JSON. */
    public static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(TIMEOUT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.setHeader("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return request.build();
    }
}
