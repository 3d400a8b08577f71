package io.parley.gateway;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Streams;
import io.parley.bus.Timers;
import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Strategy;
import io.parley.config.PriceList;
import io.parley.config.VendorConfig;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.Answering;
import io.parley.contract.GatewayMessage.Check;
import io.parley.contract.GatewayMessage.Checked;
import io.parley.contract.GatewayMessage.Look;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.State;
import io.parley.contract.ProviderMessage.Paced;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Done;
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
    private final List<VendorConfig> vendors;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Purse purse;
    private final Sizes sizes = Sizes.byLength();
    private final KeyLimits keys;

    @SuppressWarnings("NullAway.Init") // these are set by start, before anybody can ask
    private Targets targets;

    @SuppressWarnings("NullAway.Init")
    private Router router;

    @SuppressWarnings("NullAway.Init")
    private Admission admission;

    @SuppressWarnings("NullAway.Init")
    private Running running;

    @SuppressWarnings("NullAway.Init")
    private Answers answers;

    /** @param counted whether somebody keeps count of money, so that it has to be set aside before each call */
    public GatewayVerticle(
            Bus bus,
            GatewayConfig config,
            List<VendorConfig> vendors,
            PriceList prices,
            boolean counted,
            Clocks clocks,
            RandomGenerator random) {
        this.bus = bus;
        this.config = config;
        this.vendors = List.copyOf(vendors);
        this.nanos = clocks.nanos();
        this.random = random;
        this.keys = new KeyLimits(nanos);
        this.purse = new Purse(bus, prices, counted, clocks.wall());
    }

    @Override
    public Future<?> start() {
        targets = new Targets(vertx, bus, config, vendors, nanos);
        router = new Router(config, vendors, preferences(), targets::well);
        GatewayConfig.Queue queue = config.queue();
        admission = new Admission(Timers.of(vertx), nanos, queue.size(), queue.deadline(), targets.gates());
        running = new Running(nanos, admission::pump);
        String source = "gateway." + UUID.randomUUID();
        Streams streams = new Streams(vertx, source, ABANDON_AFTER, nanos, id -> answers.cancel(id, "disconnect"));
        answers = new Answers(bus, streams, new AnswerCache(config.cache(), nanos), dispatch());
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

    private Function<Strategy, Preference> preferences() {
        Map<Strategy, Preference> preferences = new EnumMap<>(Strategy.class);
        preferences.put(Strategy.ROUND_ROBIN, new RoundRobin());
        preferences.put(Strategy.RANDOM, new Lottery(random));
        preferences.put(Strategy.LATENCY, new Quickest(targets::latency));
        preferences.put(Strategy.COST, new Cheapest(purse::price));
        return strategy -> preferences.getOrDefault(strategy, (candidates, _) -> candidates);
    }

    private Dispatch dispatch() {
        RetryBudget budget = new RetryBudget();
        Desk desk = new Desk(
                bus,
                new CallTime(Timers.of(vertx), nanos, config.queue().deadline()),
                new Capacity(targets.byName(), admission, running),
                new Recovery(config.retry(), budget, random),
                purse,
                router::taken);
        return new Dispatch(desk, router, sizes, budget, config.midAnswerFallback());
    }

    private Future<Answering> open(Open open) {
        return keys.within(open, sizes.of(open.prompt()).total(), () -> answers.open(open));
    }

    private void heard(Paced news) {
        targets.heard(news);
        admission.pump();
    }

    private Future<Done> cancel(Cancel cancel) {
        answers.cancel(cancel.streamId(), "user");
        return Future.succeededFuture(new Done());
    }

    private Future<Checked> check(Check check) {
        Route route = router.route(check.choice(), new Size(0, 0), Set.of());
        List<Candidate> reachable = Stream.concat(route.first().stream(), route.then().stream())
                .filter(candidate -> targets.reachable(candidate.provider()))
                .toList();
        if (reachable.isEmpty()) {
            return Future.failedFuture(Dispatch.nobody().toException());
        }
        Candidate best = reachable.getFirst();
        return Future.succeededFuture(new Checked(best.provider(), best.model()));
    }

    private Future<State> look(Look look) {
        return Future.succeededFuture(new State(targets.fares(admission), router.models()));
    }
}
