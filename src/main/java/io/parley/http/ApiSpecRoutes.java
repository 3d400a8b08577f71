package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;

import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Serves the OpenAPI and AsyncAPI documents that are packaged with the server. */
final class ApiSpecRoutes {

    private ApiSpecRoutes() {}

    static void addTo(RouteTable table) {
        add(table, "/openapi.yaml");
        add(table, "/asyncapi.yaml");
    }

    private static void add(RouteTable table, String path) {
        try (@Nullable InputStream in = ApiSpecRoutes.class.getResourceAsStream(path)) {
            if (in != null) {
                Buffer document = Buffer.buffer(in.readAllBytes());
                RouteResponse response = new RouteResponse(200, Map.of("Content-Type", "application/yaml"), document);
                table.on(GET, path, _ -> Future.succeededFuture(response));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
