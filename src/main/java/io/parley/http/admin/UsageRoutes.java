package io.parley.http.admin;

import static io.vertx.core.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage;
import io.parley.contract.BudgetMessage.ListAlerts;
import io.parley.contract.UsageMessage.QueryUsage;
import io.parley.contract.UsageMessage.Summarize;
import io.parley.http.routing.Page;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RequestHeaders;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.http.stream.SseResponse;
import io.parley.http.stream.StreamContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Serves reports, summaries and a stream of usage, and budget alerts: of all users for administrators, otherwise of the caller only. */
public final class UsageRoutes {

    private final Bus bus;
    private final InstantSource clock;
    private final Duration heartbeat;
    private final StreamContext streams;
    private final UsageFeed usageFeed;

    public UsageRoutes(Bus bus, InstantSource clock, Duration heartbeat, StreamContext streams, UsageFeed usageFeed) {
        this.bus = bus;
        this.clock = clock;
        this.heartbeat = heartbeat;
        this.streams = streams;
        this.usageFeed = usageFeed;
    }

    public void addTo(RouteTable table) {
        table.on(GET, "/api/v1/usage", this::report)
                .on(GET, "/api/v1/usage/summary", this::summarize)
                .raw(GET, "/api/v1/usage/stream", this::stream)
                .on(GET, "/api/v1/alerts", this::alerts);
    }

    private Future<RouteResponse> report(RoutingContext ctx) {
        UsageQuery query = UsageQuery.of(ctx.request(), clock.instant());
        QueryUsage report =
                new QueryUsage(RequestCaller.userFilter(ctx, query.user()), query.from(), query.to(), query.groupBy());
        return bus.request(Addresses.USAGE_QUERY, report)
                .map(rows -> RouteResponse.ok(
                        Page.view(rows.data(), Optional.empty(), row -> UsageViews.row(row, query.groupBy()))
                                .put("from", query.from().toString())
                                .put("to", query.to().toString())));
    }

    private Future<RouteResponse> summarize(RoutingContext ctx) {
        Optional<String> requested = Optional.ofNullable(ctx.request().getParam("user"));
        return bus.request(Addresses.USAGE_SUMMARIZE, new Summarize(RequestCaller.userFilter(ctx, requested)))
                .map(summary -> RouteResponse.ok(UsageViews.summary(summary)));
    }

    private void stream(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        request.resume();
        RequestHeaders.acceptEvents(request);
        Optional<String> user = RequestCaller.userFilter(ctx, Optional.ofNullable(request.getParam("user")));
        Promise<Void> disconnected = Promise.promise();
        SseResponse channel = new SseResponse(request, streams.slowClients(), disconnected::tryComplete);
        UsageSubscriber subscriber = new UsageSubscriber(ctx.vertx(), channel, heartbeat);
        disconnected.future().onComplete(_ -> subscriber.cancel());
        RequestCaller.caller(ctx).expiresAt().ifPresent(end -> subscriber.expireAt(end, clock));
        streams.openStreams().add(subscriber);
        usageFeed.add(subscriber, user);
        subscriber.start();
    }

    /** Lists alerts; callers other than administrators see only those of their own budget. */
    private Future<RouteResponse> alerts(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        Optional<String> requested = Optional.ofNullable(ctx.request().getParam("scope"));
        Optional<String> scope = RequestCaller.isAdmin(ctx)
                ? requested
                : Optional.of(RequestCaller.requireOwn(requested, BudgetMessage.USER_PREFIX + RequestCaller.user(ctx)));
        return bus.request(Addresses.STORE_LIST_ALERTS, new ListAlerts(scope, page.limit(), page.after()))
                .map(alerts -> RouteResponse.ok(Page.view(
                        alerts.data(),
                        alerts.next(),
                        alert -> UsageViews.alert(JsonNodeFactory.instance.objectNode(), alert))));
    }
}
