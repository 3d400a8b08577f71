package io.parley.bench;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.StreamRegistry;
import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Breaker;
import io.parley.config.GatewayConfig.Cache;
import io.parley.config.GatewayConfig.Limits;
import io.parley.config.GatewayConfig.Queue;
import io.parley.config.GatewayConfig.Retry;
import io.parley.config.GatewayConfig.Strategy;
import io.parley.config.PriceList;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.ChatMessage;
import io.parley.contract.FinishReason;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.ProviderMessage;
import io.parley.contract.RequestContext;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage;
import io.parley.gateway.GatewayVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Measures the gateway with providers that answer at once: the time from a request to the provider call, with all limits configured
 * and none reached; once when the first provider answers, once when it is unreachable and the gateway falls back.
 */
public final class GatewayBenchmark {

    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 20_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Bus bus = Bus.install(vertx);
    private final StreamRegistry streams =
            new StreamRegistry(vertx, "bench.answers", Duration.ofSeconds(30), System::nanoTime, _ -> {});
    private volatile boolean firstRejects;
    private volatile long calledAt;

    public static void main(String[] args) throws Exception {
        GatewayBenchmark benchmark = new GatewayBenchmark();
        benchmark.open();
        benchmark.time(WARM_UP);
        benchmark.firstRejects = true;
        benchmark.time(WARM_UP);
        benchmark.firstRejects = false;
        List<Long> direct = benchmark.time(MEASURED);
        benchmark.firstRejects = true;
        List<Long> fallback = benchmark.time(MEASURED);
        row("admission and limits, empty queue", direct, "p99 <= 1");
        row("the same, with a fallback from a failed provider", fallback, "p99 <= 100");
        benchmark.vertx.close().await(10, TimeUnit.SECONDS);
        System.exit(0);
    }

    private void open() throws Exception {
        List<ProviderConfig> providers = List.of(provider("first"), provider("second"));
        GatewayConfig config = new GatewayConfig(
                "first",
                Optional.empty(),
                Strategy.HEALTH,
                Map.of(),
                new Limits(OptionalInt.of(1_000_000_000), OptionalInt.of(1_000_000_000), 1000),
                Queue.DEFAULT,
                new Cache(0, Duration.ofMinutes(1), 0),
                Retry.DEFAULT,
                new Breaker(1_000_000, 1_000_000, Duration.ofSeconds(1)),
                Duration.ofMinutes(10),
                true);
        Future<?> open = Future.<Void>future(done -> vertx.runOnContext(_ -> streams.start(bus)
                .compose(_ -> bus.handle(Addresses.providerOpen("first"), call -> answer("first", call)))
                .compose(_ -> bus.handle(Addresses.providerOpen("second"), call -> answer("second", call)))
                .<Void>mapEmpty()
                .onComplete(done)));
        open.compose(_ -> vertx.deployVerticle(new GatewayVerticle(
                        bus,
                        config,
                        providers,
                        PriceList.empty(),
                        false,
                        Clocks.system(),
                        RandomGenerator.getDefault())))
                .await(10, TimeUnit.SECONDS);
    }

    private Future<StreamRef> answer(String name, ProviderMessage.Open call) {
        if (firstRejects && name.equals("first")) {
            ended(
                    name,
                    call,
                    Optional.of(new Problem.ProviderFailed(name, Problem.Fault.UNREACHABLE, Optional.empty())));
            return Future.failedFuture(
                    new Problem.ProviderFailed(name, Problem.Fault.UNREACHABLE, Optional.empty()).toException());
        }
        calledAt = System.nanoTime();
        streams.open(call.callId()).publish(List.of(new Completed(FinishReason.STOP, Usage.NONE, "m")));
        ended(name, call, Optional.empty());
        return Future.succeededFuture(new StreamRef(call.callId(), streams.source()));
    }

    private void ended(String name, ProviderMessage.Open call, Optional<Problem> problem) {
        bus.publish(
                Addresses.ATTEMPT_ENDED,
                new UsageMessage.AttemptEnded(
                        call.callId(),
                        call.requestContext(),
                        name,
                        call.model(),
                        Usage.NONE,
                        Optional.empty(),
                        problem,
                        Instant.EPOCH,
                        0,
                        0));
    }

    /** Measures sequential requests: nanoseconds from each request to the provider call that is answered. */
    private List<Long> time(int requests) throws Exception {
        RequestContext requestContext = new RequestContext("bench", "bench", Optional.empty(), Optional.empty());
        Prompt prompt = new Prompt(List.of(ChatMessage.user("hello")), GenerationOptions.NONE);
        ModelSelection first = new ModelSelection(Optional.of("first"), Optional.empty(), true);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            long startedAt = System.nanoTime();
            bus.request(
                            Addresses.GATEWAY_OPEN,
                            new GatewayMessage.Open("call_" + startedAt, requestContext, first, prompt))
                    .await(10, TimeUnit.SECONDS);
            all.add(calledAt - startedAt);
        }
        return all;
    }

    private static ProviderConfig provider(String name) {
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                name,
                ProviderConfig.Format.OPENAI,
                URI.create("http://127.0.0.1:9/v1"),
                Optional.empty(),
                "m",
                Optional.empty(),
                1000,
                1 << 20,
                new Timeouts(second, second, second, second, second));
    }

    private static void row(String name, List<Long> nanos, String target) {
        List<Long> sorted = nanos.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-50s p50 %7.3f ms   p99 %7.3f ms   %s%n",
                name,
                sorted.get(sorted.size() / 2) / 1e6,
                sorted.get(sorted.size() * 99 / 100) / 1e6,
                target);
    }
}
