package io.parley.http.routing;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.ExportMessage.Exported;
import io.parley.json.JsonWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;

/** Holds the successful response of a route, in most cases JSON. */
public record RouteResponse(int status, Map<String, String> headers, Buffer body) {

    private static final String TYPE = "Content-Type";

    public RouteResponse {
        headers = Map.copyOf(headers);
    }

    public static RouteResponse ok(JsonNode body) {
        return json(200, body, Map.of());
    }

    /** JSON text that was written elsewhere. */
    public static RouteResponse json(Buffer body) {
        return new RouteResponse(200, Map.of(TYPE, "application/json"), body);
    }

    public static RouteResponse created(JsonNode body, String location) {
        return json(201, body, Map.of("Location", location));
    }

    public static RouteResponse noContent() {
        return new RouteResponse(204, Map.of(), Buffer.buffer());
    }

    public static RouteResponse unavailable(JsonNode body) {
        return json(503, body, Map.of());
    }

    /** Returns a document that browsers download instead of displaying it. */
    public static RouteResponse attachment(Exported document) {
        return new RouteResponse(
                200,
                Map.of(
                        TYPE,
                        document.contentType(),
                        "Content-Disposition",
                        "attachment; filename=\"" + document.fileName() + "\""),
                Buffer.buffer(document.bytes()));
    }

    private static RouteResponse json(int status, JsonNode body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(TYPE, "application/json");
        return new RouteResponse(status, all, JsonWriter.buffer(body));
    }

    /** Writes the response. */
    public Future<Void> send(HttpServerResponse response) {
        response.setStatusCode(status);
        headers.forEach((name, value) -> response.putHeader(name, value));
        return response.end(body);
    }
}
