package io.parley.gateway;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.StreamRegistry;
import io.parley.bus.Timers;
import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Strategy;
import io.parley.config.PriceList;
import io.parley.config.ProviderConfig;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.GetStatus;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.GatewayMessage.Status;
import io.parley.contract.ProviderMessage.RateLimitsReported;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.gateway.cache.AnswerCache;
import io.parley.gateway.cache.CachingDispatcher;
import io.parley.gateway.call.CallEnvironment;
import io.parley.gateway.call.CallTime;
import io.parley.gateway.call.Capacity;
import io.parley.gateway.call.Dispatcher;
import io.parley.gateway.call.FallbackPolicy;
import io.parley.gateway.call.ReservationClient;
import io.parley.gateway.health.InFlightCalls;
import io.parley.gateway.health.ProviderRegistry;
import io.parley.gateway.limit.AdmissionQueue;
import io.parley.gateway.limit.ApiKeyRateLimiter;
import io.parley.gateway.limit.RetryBudget;
import io.parley.gateway.routing.Candidate;
import io.parley.gateway.routing.LowestCostStrategy;
import io.parley.gateway.routing.LowestLatencyStrategy;
import io.parley.gateway.routing.ModelRouter;
import io.parley.gateway.routing.ProviderRoute;
import io.parley.gateway.routing.RoundRobinStrategy;
import io.parley.gateway.routing.RoutingStrategy;
import io.parley.gateway.routing.TokenEstimate;
import io.parley.gateway.routing.TokenEstimator;
import io.parley.gateway.routing.WeightedRandomStrategy;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Routes each request to a provider: model resolution, rate limits, admission, retries, fallback, caching. Does not know provider wire formats. */
public final class GatewayVerticle extends VerticleBase {

    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);
    private static final Duration ABANDON_TIMEOUT = Duration.ofSeconds(30);

    private final Bus bus;
    private final GatewayConfig config;
    private final List<ProviderConfig> providers;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final ReservationClient reservations;
    private final TokenEstimator estimator = TokenEstimator.byLength();
    private final ApiKeyRateLimiter apiKeyLimits;

    @SuppressWarnings("NullAway.Init") // these are set by start, before requests are handled
    private ProviderRegistry registry;

    @SuppressWarnings("NullAway.Init")
    private ModelRouter router;

    @SuppressWarnings("NullAway.Init")
    private AdmissionQueue admission;

    @SuppressWarnings("NullAway.Init")
    private InFlightCalls inFlight;

    @SuppressWarnings("NullAway.Init")
    private CachingDispatcher cachingDispatcher;

    /** @param accountingEnabled whether costs are accounted, so that a budget must be reserved before each call */
    public GatewayVerticle(
            Bus bus,
            GatewayConfig config,
            List<ProviderConfig> providers,
            PriceList prices,
            boolean accountingEnabled,
            Clocks clocks,
            RandomGenerator random) {
        this.bus = bus;
        this.config = config;
        this.providers = List.copyOf(providers);
        this.nanos = clocks.nanos();
        this.random = random;
        this.apiKeyLimits = new ApiKeyRateLimiter(nanos);
        this.reservations = new ReservationClient(bus, prices, accountingEnabled, clocks.wall());
    }

    @Override
    public Future<?> start() {
        registry = new ProviderRegistry(vertx, bus, config, providers, nanos);
        router = new ModelRouter(config, providers, strategies(), registry::isHealthy);
        GatewayConfig.Queue queue = config.queue();
        admission = new AdmissionQueue(Timers.of(vertx), nanos, queue.size(), queue.timeout(), registry.limiters());
        inFlight = new InFlightCalls(nanos, admission::admitWaiting);
        String source = "gateway." + UUID.randomUUID();
        StreamRegistry streams = new StreamRegistry(
                vertx, source, ABANDON_TIMEOUT, nanos, id -> cachingDispatcher.cancel(id, "disconnect"));
        cachingDispatcher = new CachingDispatcher(bus, streams, new AnswerCache(config.cache(), nanos), dispatcher());
        vertx.setPeriodic(config.probeInterval().toMillis(), _ -> registry.probe());
        vertx.setPeriodic(SWEEP_INTERVAL.toMillis(), _ -> inFlight.removeExpired());
        return streams.start(bus)
                .compose(_ -> bus.subscribe(Addresses.ATTEMPT_ENDED, attempt -> {
                    apiKeyLimits.onAttemptEnded(attempt);
                    inFlight.onAttemptEnded(attempt);
                }))
                .compose(_ -> bus.subscribe(Addresses.PROVIDER_RATE_LIMITS_REPORTED, this::onRateLimits))
                .compose(_ -> bus.handle(Addresses.GATEWAY_RESOLVE, this::resolve))
                .compose(_ -> bus.handle(Addresses.GATEWAY_OPEN, this::open))
                .compose(_ -> bus.handle(Addresses.GATEWAY_CANCEL, this::cancel))
                .compose(_ -> bus.handle(Addresses.GATEWAY_STATUS, this::status))
                .compose(_ -> bus.handle(
                        Addresses.GATEWAY_STATS,
                        _ -> Future.succeededFuture(cachingDispatcher.counts(admission, registry))));
    }

    private Function<Strategy, RoutingStrategy> strategies() {
        Map<Strategy, RoutingStrategy> strategies = new EnumMap<>(Strategy.class);
        strategies.put(Strategy.ROUND_ROBIN, new RoundRobinStrategy());
        strategies.put(Strategy.RANDOM, new WeightedRandomStrategy(random));
        strategies.put(Strategy.LATENCY, new LowestLatencyStrategy(registry::latency));
        strategies.put(Strategy.COST, new LowestCostStrategy(reservations::price));
        return strategy -> strategies.getOrDefault(strategy, (candidates, _) -> candidates);
    }

    private Dispatcher dispatcher() {
        RetryBudget retryBudget = new RetryBudget();
        CallEnvironment environment = new CallEnvironment(
                bus,
                new CallTime(Timers.of(vertx), nanos, config.queue().timeout()),
                new Capacity(registry.byName(), admission, inFlight),
                new FallbackPolicy(config.retry(), retryBudget, random),
                reservations,
                router::onSelected);
        return new Dispatcher(environment, router, estimator, retryBudget, config.midAnswerFallback());
    }

    private Future<AnswerHandle> open(Open open) {
        return apiKeyLimits.admit(open, estimator.estimate(open.prompt()).total(), () -> cachingDispatcher.open(open));
    }

    private void onRateLimits(RateLimitsReported limits) {
        registry.onRateLimits(limits);
        admission.admitWaiting();
    }

    private Future<Ack> cancel(Cancel cancel) {
        cachingDispatcher.cancel(cancel.streamId(), "user");
        return Future.succeededFuture(new Ack());
    }

    private Future<Resolved> resolve(Resolve request) {
        ProviderRoute route = router.route(request.selection(), new TokenEstimate(0, 0), Set.of());
        List<Candidate> reachable = Stream.concat(route.primary().stream(), route.fallbacks().stream())
                .filter(candidate -> registry.reachable(candidate.provider()))
                .toList();
        if (reachable.isEmpty()) {
            return Future.failedFuture(Dispatcher.noProvider().toException());
        }
        Candidate best = reachable.getFirst();
        return Future.succeededFuture(new Resolved(best.provider(), best.model()));
    }

    private Future<Status> status(GetStatus request) {
        return Future.succeededFuture(new Status(registry.status(admission), router.models()));
    }
}
