package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.AuthMessage;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage;
import io.parley.contract.Message;
import io.parley.contract.StoreMessage;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the server can be given work, and if not, which part of it is missing. However many ask, it is looked up once at a time. */
final class HealthRoutes {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Bus bus;
    private final boolean devMode;
    private final DrainState draining;
    private Optional<Future<RouteResponse>> underWay = Optional.empty();

    HealthRoutes(Bus bus, boolean devMode, DrainState draining) {
        this.bus = bus;
        this.devMode = devMode;
        this.draining = draining;
    }

    /** The summary alone, for the public port. */
    void addSummaryTo(RouteTable table) {
        table.on(GET, "/health", _ -> ready());
    }

    /** Everything, for the operator's port. */
    void addTo(RouteTable table) {
        addSummaryTo(table);
        table.on(GET, "/health/live", _ -> Future.succeededFuture(RouteResponse.ok(status("ok"))))
                .on(GET, "/health/ready", _ -> ready());
    }

    private Future<RouteResponse> ready() {
        if (underWay.isPresent()) {
            return underWay.get();
        }
        Future<RouteResponse> asked = look();
        underWay = Optional.of(asked);
        asked.onComplete(_ -> underWay = Optional.empty());
        return asked;
    }

    private Future<RouteResponse> look() {
        Map<String, Future<Boolean>> parts = new LinkedHashMap<>();
        parts.put("store", answers(Addresses.STORE_PING, new StoreMessage.Ping()));
        parts.put("provider", answers(Addresses.GATEWAY_CHECK, new GatewayMessage.Resolve(ModelSelection.ANY)));
        if (!devMode) {
            parts.put("auth", answers(Addresses.AUTH_READY, new AuthMessage.CheckReadiness()));
        }
        return Future.join(List.copyOf(parts.values())).map(_ -> answer(parts));
    }

    private RouteResponse answer(Map<String, Future<Boolean>> parts) {
        boolean ready = !draining.begun() && parts.values().stream().allMatch(Future::result);
        ObjectNode view = status(ready ? "ok" : draining.begun() ? "draining" : "unavailable");
        ObjectNode checks = view.putObject("checks");
        parts.forEach((part, works) -> checks.put(part, works.result() ? "ok" : "unavailable"));
        checks.put("draining", draining.begun());
        return ready ? RouteResponse.ok(view) : RouteResponse.unavailable(view);
    }

    private <Q extends Message, R extends Message> Future<Boolean> answers(Ask<Q, R> address, Q question) {
        return bus.ask(address, question, PATIENCE).map(true).otherwise(false);
    }

    private static ObjectNode status(String status) {
        return JsonNodeFactory.instance.objectNode().put("status", status);
    }
}
