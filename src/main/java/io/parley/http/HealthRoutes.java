package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.AuthMessage;
import io.parley.contract.GatewayMessage;
import io.parley.contract.Message;
import io.parley.contract.ModelSelection;
import io.parley.contract.StoreMessage;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.DrainState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves liveness and readiness, with the state of each dependency. Concurrent requests share one check. */
final class HealthRoutes {

    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);

    private final Bus bus;
    private final boolean devMode;
    private final DrainState drainState;
    private Optional<Future<RouteResponse>> pending = Optional.empty();

    HealthRoutes(Bus bus, boolean devMode, DrainState drainState) {
        this.bus = bus;
        this.devMode = devMode;
        this.drainState = drainState;
    }

    /** Adds the readiness summary, for the public port. */
    void addSummaryTo(RouteTable table) {
        table.on(GET, "/health", _ -> readiness());
    }

    /** Adds all health checks, for the management port. */
    void addTo(RouteTable table) {
        addSummaryTo(table);
        table.on(GET, "/health/live", _ -> Future.succeededFuture(RouteResponse.ok(status("ok"))))
                .on(GET, "/health/ready", _ -> readiness());
    }

    private Future<RouteResponse> readiness() {
        if (pending.isPresent()) {
            return pending.get();
        }
        Future<RouteResponse> result = check();
        pending = Optional.of(result);
        result.onComplete(_ -> pending = Optional.empty());
        return result;
    }

    private Future<RouteResponse> check() {
        Map<String, Future<Boolean>> parts = new LinkedHashMap<>();
        parts.put("store", responds(Addresses.STORE_PING, new StoreMessage.Ping()));
        parts.put("provider", responds(Addresses.GATEWAY_RESOLVE, new GatewayMessage.Resolve(ModelSelection.DEFAULT)));
        if (!devMode) {
            parts.put("auth", responds(Addresses.AUTH_READY, new AuthMessage.CheckReadiness()));
        }
        return Future.join(List.copyOf(parts.values())).map(_ -> response(parts));
    }

    private RouteResponse response(Map<String, Future<Boolean>> parts) {
        boolean ready = !drainState.isDraining() && parts.values().stream().allMatch(Future::result);
        ObjectNode view = status(ready ? "ok" : drainState.isDraining() ? "draining" : "unavailable");
        ObjectNode checks = view.putObject("checks");
        parts.forEach((part, up) -> checks.put(part, up.result() ? "ok" : "unavailable"));
        checks.put("draining", drainState.isDraining());
        return ready ? RouteResponse.ok(view) : RouteResponse.unavailable(view);
    }

    private <Q extends Message, R extends Message> Future<Boolean> responds(Ask<Q, R> address, Q request) {
        return bus.request(address, request, CHECK_TIMEOUT).map(true).otherwise(false);
    }

    private static ObjectNode status(String status) {
        return JsonNodeFactory.instance.objectNode().put("status", status);
    }
}
