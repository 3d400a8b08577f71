package io.parley.http.conversation;

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
import io.parley.http.routing.BodyLimits;
import io.parley.http.routing.BodyReader;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RequestHeaders;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.DrainState;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Exports conversations, running or ended, as files and imports them as new ones. Does not parse the files. */
public final class ExportRoutes {

    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;
    /** Maximum number of import bodies in memory, per event loop. */
    private static final int MAX_CONCURRENT = 4;
    /** Factor on the read timeout, because import bodies are larger than other bodies. */
    private static final int TIMEOUT_FACTOR = 6;

    private static final Duration EXPORT_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration IMPORT_TIMEOUT = Duration.ofMinutes(3);

    private final Bus bus;
    private final BodyReader bodyReader;
    private final DrainState drainState;
    private int importsInProgress;

    public ExportRoutes(Vertx vertx, Bus bus, DrainState drainState, Duration readTimeout) {
        this.bus = bus;
        this.bodyReader =
                new BodyReader(vertx, new BodyLimits(MAX_BODY_BYTES), readTimeout.multipliedBy(TIMEOUT_FACTOR));
        this.drainState = drainState;
    }

    public void addTo(RouteTable table) {
        for (Format format : Format.values()) {
            table.on(GET, "/api/export/{id}." + format.wireName(), ctx -> export(ctx, format));
        }
        table.raw(POST, "/api/import", ctx -> table.send(ctx, receive(ctx)));
    }

    private Future<RouteResponse> export(RoutingContext ctx, Format format) {
        RequestHeaders.accept(ctx.request(), format.contentType().split(";", 2)[0]);
        return bus.request(
                        Addresses.EXPORT_WRITE,
                        new Export(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id"), format),
                        EXPORT_TIMEOUT)
                .map(RouteResponse::attachment);
    }

    private Future<RouteResponse> receive(RoutingContext ctx) {
        drainState.rejectIfDraining();
        if (importsInProgress >= MAX_CONCURRENT) {
            throw new Problem.Unavailable(Reason.OVERLOADED, Duration.ofSeconds(1)).toException();
        }
        importsInProgress++;
        return bodyReader
                .read(ctx.request(), StrictJsonReader::utf8)
                .compose(text -> store(ctx, text))
                .onComplete(_ -> importsInProgress--);
    }

    private Future<RouteResponse> store(RoutingContext ctx, String text) {
        Import request = new Import(RequestCaller.origin(ctx), text);
        return bus.request(Addresses.EXPORT_IMPORT, request, IMPORT_TIMEOUT).map(ExportRoutes::created);
    }

    private static RouteResponse created(Imported run) {
        ObjectNode view = JsonNodeFactory.instance
                .objectNode()
                .put("id", run.run())
                .put("status", run.status().wireName());
        return RouteResponse.created(view, "/api/v1/conversations/" + run.run());
    }
}
