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
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.GatewayMessage.GetStatus;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Status;
import io.parley.contract.ProviderMessage.RateLimitsReported;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Ack;
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

/** Decides which vendor answers, when, and how often it is tried, and passes the question on. Knows no vendor's format. */
public final class GatewayVerticle extends VerticleBase {

    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration ABANDON_AFTER = Duration.ofSeconds(30);

    private final Bus bus;
    private final GatewayConfig config;
    private final List<ProviderConfig> vendors;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final ReservationClient purse;
    private final TokenEstimator sizes = TokenEstimator.byLength();
    private final ApiKeyRateLimiter keys;

    @SuppressWarnings("NullAway.Init") // these are set by start, before anybody can ask
    private ProviderRegistry targets;

    @SuppressWarnings("NullAway.Init")
    private ModelRouter router;

    @SuppressWarnings("NullAway.Init")
    private AdmissionQueue admission;

    @SuppressWarnings("NullAway.Init")
    private InFlightCalls running;

    @SuppressWarnings("NullAway.Init")
    private CachingDispatcher answers;

    /** @param counted whether somebody keeps count of money, so that it has to be set aside before each call */
    public GatewayVerticle(
            Bus bus,
            GatewayConfig config,
            List<ProviderConfig> vendors,
            PriceList prices,
            boolean counted,
            Clocks clocks,
            RandomGenerator random) {
        this.bus = bus;
        this.config = config;
        this.vendors = List.copyOf(vendors);
        this.nanos = clocks.nanos();
        this.random = random;
        this.keys = new ApiKeyRateLimiter(nanos);
        this.purse = new ReservationClient(bus, prices, counted, clocks.wall());
    }

    @Override
    public Future<?> start() {
        targets = new ProviderRegistry(vertx, bus, config, vendors, nanos);
        router = new ModelRouter(config, vendors, preferences(), targets::well);
        GatewayConfig.Queue queue = config.queue();
        admission = new AdmissionQueue(Timers.of(vertx), nanos, queue.size(), queue.deadline(), targets.gates());
        running = new InFlightCalls(nanos, admission::pump);
        String source = "gateway." + UUID.randomUUID();
        StreamRegistry streams = new StreamRegistry(vertx, source, ABANDON_AFTER, nanos, id -> answers.cancel(id, "disconnect"));
        answers = new CachingDispatcher(bus, streams, new AnswerCache(config.cache(), nanos), dispatch());
        vertx.setPeriodic(config.probe().toMillis(), _ -> targets.probe());
        vertx.setPeriodic(SWEEP.toMillis(), _ -> running.sweep());
        return streams.start(bus)
                .compose(_ -> bus.listen(Addresses.ATTEMPT_ENDED, attempt -> {
                    keys.ended(attempt);
                    running.ended(attempt);
                }))
                .compose(_ -> bus.listen(Addresses.PROVIDER_PACED, this::heard))
                .compose(_ -> bus.answer(Addresses.GATEWAY_CHECK, this::check))
                .compose(_ -> bus.answer(Addresses.GATEWAY_OPEN, this::open))
                .compose(_ -> bus.answer(Addresses.GATEWAY_CANCEL, this::cancel))
                .compose(_ -> bus.answer(Addresses.GATEWAY_HEALTH, this::look))
                .compose(_ -> bus.answer(
                        Addresses.GATEWAY_COUNT, _ -> Future.succeededFuture(answers.counts(admission, targets))));
    }

    private Function<Strategy, RoutingStrategy> preferences() {
        Map<Strategy, RoutingStrategy> preferences = new EnumMap<>(Strategy.class);
        preferences.put(Strategy.ROUND_ROBIN, new RoundRobinStrategy());
        preferences.put(Strategy.RANDOM, new WeightedRandomStrategy(random));
        preferences.put(Strategy.LATENCY, new LowestLatencyStrategy(targets::latency));
        preferences.put(Strategy.COST, new LowestCostStrategy(purse::price));
        return strategy -> preferences.getOrDefault(strategy, (candidates, _) -> candidates);
    }

    private Dispatcher dispatch() {
        RetryBudget budget = new RetryBudget();
        CallEnvironment desk = new CallEnvironment(
                bus,
                new CallTime(Timers.of(vertx), nanos, config.queue().deadline()),
                new Capacity(targets.byName(), admission, running),
                new FallbackPolicy(config.retry(), budget, random),
                purse,
                router::taken);
        return new Dispatcher(desk, router, sizes, budget, config.midAnswerFallback());
    }

    private Future<AnswerHandle> open(Open open) {
        return keys.within(open, sizes.of(open.prompt()).total(), () -> answers.open(open));
    }

    private void heard(RateLimitsReported news) {
        targets.heard(news);
        admission.pump();
    }

    private Future<Ack> cancel(Cancel cancel) {
        answers.cancel(cancel.streamId(), "user");
        return Future.succeededFuture(new Ack());
    }

    private Future<Resolved> check(Resolve check) {
        ProviderRoute route = router.route(check.choice(), new TokenEstimate(0, 0), Set.of());
        List<Candidate> reachable = Stream.concat(route.first().stream(), route.then().stream())
                .filter(candidate -> targets.reachable(candidate.provider()))
                .toList();
        if (reachable.isEmpty()) {
            return Future.failedFuture(Dispatcher.nobody().toException());
        }
        Candidate best = reachable.getFirst();
        return Future.succeededFuture(new Resolved(best.provider(), best.model()));
    }

    private Future<Status> look(GetStatus look) {
        return Future.succeededFuture(new Status(targets.fares(admission), router.models()));
    }
}
