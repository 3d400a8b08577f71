package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ExportMessage.Export;
import io.parley.contract.ExportMessage.Format;
import io.parley.contract.ExportMessage.Import;
import io.parley.contract.ExportMessage.Imported;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Reason;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Conversations as files: fetched in any format, under way or over, and brought back as new ones. Knows nothing of what is in them. */
final class ExportRoutes {

    private static final int LARGEST = 8 * 1024 * 1024;
    /** So many bodies are held in memory on one event loop. */
    private static final int MOST_AT_ONCE = 4;
    /** How many times longer than any other body this one may take: it is larger. */
    private static final int SLOWER = 6;

    private static final Duration WRITING = Duration.ofMinutes(1);
    private static final Duration STORING = Duration.ofMinutes(3);

    private final Bus bus;
    private final BodyReader bodies;
    private final DrainState draining;
    private int coming;

    ExportRoutes(Vertx vertx, Bus bus, DrainState draining, Duration phase) {
        this.bus = bus;
        this.bodies = new BodyReader(vertx, LARGEST, phase.multipliedBy(SLOWER));
        this.draining = draining;
    }

    void addTo(RouteTable table) {
        for (Format format : Format.values()) {
            table.on(GET, "/api/export/{id}." + format.wire(), ctx -> write(ctx, format));
        }
        table.raw(POST, "/api/import", ctx -> table.send(ctx, bring(ctx)));
    }

    private Future<RouteResponse> write(RoutingContext ctx, Format format) {
        RequestHeaders.accept(ctx.request(), format.contentType().split(";", 2)[0]);
        return bus.ask(Addresses.EXPORT, new Export(RequestCaller.user(ctx), RequestCaller.id(ctx, "id"), format), WRITING)
                .map(RouteResponse::file);
    }

    private Future<RouteResponse> bring(RoutingContext ctx) {
        draining.refuse();
        if (coming >= MOST_AT_ONCE) {
            throw new Problem.Unavailable(Reason.OVERLOADED, Duration.ofSeconds(1)).toException();
        }
        coming++;
        return bodies.read(ctx.request()).compose(body -> read(ctx, body)).onComplete(_ -> coming--);
    }

    private Future<RouteResponse> read(RoutingContext ctx, Buffer body) {
        Import wish = new Import(RequestCaller.origin(ctx), StrictJsonReader.utf8(body.getBytes()));
        return bus.ask(Addresses.EXPORT_IMPORT, wish, STORING).map(ExportRoutes::created);
    }

    private static RouteResponse created(Imported run) {
        ObjectNode view = JsonNodeFactory.instance
                .objectNode()
                .put("id", run.run())
                .put("status", run.status().wire());
        return RouteResponse.created(view, "/api/v1/conversations/" + run.run());
    }
}
