package io.parley.gateway;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Alias;
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
import io.parley.contract.AnswerEvent;
import io.parley.contract.ModelSelection;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.RequestContext;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.ChatMessage;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.UsageMessage;
import io.parley.provider.ProviderVerticle;
import io.parley.testing.FakeProvider;
import io.parley.testing.OffsetClock;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** A gateway and its providers over a real bus, before vendors that say what a test tells them. */
final class GatewayHarness implements AutoCloseable {

    static final Prompt HELLO = prompt("Hello", OptionalDouble.empty());

    /** Impatient enough for a test that waits for a vendor's silence. */
    static final Timeouts QUICK = new Timeouts(
            Duration.ofSeconds(1),
            Duration.ofMillis(400),
            Duration.ofMillis(400),
            Duration.ofMillis(400),
            Duration.ofSeconds(20));

    static final Timeouts PATIENT = new Timeouts(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));

    final Vertx vertx = Vertx.vertx();
    final Bus bus = Bus.install(vertx);
    final OffsetClock clock = new OffsetClock();
    private final List<FakeProvider> vendors = new ArrayList<>();
    private final List<ProviderConfig> configs = new ArrayList<>();
    private final BlockingQueue<UsageMessage.AttemptEnded> ended = new LinkedBlockingQueue<>();
    private final Map<String, String> providers = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();

    Strategy strategy = Strategy.HEALTH;
    Map<String, Alias> aliases = Map.of();
    Limits limits = Limits.USUAL;
    Queue queue = Queue.USUAL;
    Cache cache = Cache.USUAL;
    Retry retry = new Retry(Duration.ofMillis(5), Duration.ofSeconds(4));
    Breaker breaker = Breaker.USUAL;
    Duration probe = Duration.ofMinutes(1);
    boolean midAnswerFallback = true;
    boolean counted = false;
    PriceList prices = PriceList.EMPTY;

    /** Another vendor; its model is called {@code <name>-1}. */
    FakeProvider vendor(String name) {
        return vendor(name, QUICK);
    }

    FakeProvider vendor(String name, Timeouts timeouts) {
        FakeProvider vendor = FakeProvider.start();
        vendors.add(vendor);
        ProviderConfig like = vendor.config(name, ProviderWireFormat.OPENAI);
        configs.add(new ProviderConfig(
                name,
                like.format(),
                like.baseUrl(),
                like.apiKey(),
                name + "-1",
                Optional.empty(),
                1000,
                like.maxOutput(),
                timeouts));
        return vendor;
    }

    GatewayHarness open() throws Exception {
        GatewayConfig config = new GatewayConfig(
                configs.getFirst().name(),
                Optional.empty(),
                strategy,
                aliases,
                limits,
                queue,
                cache,
                retry,
                breaker,
                probe,
                midAnswerFallback);
        now(bus.listen(Addresses.ATTEMPT_ENDED, ended::add));
        for (ProviderConfig vendor : configs) {
            providers.put(
                    vendor.name(), now(vertx.deployVerticle(new ProviderVerticle(bus, vendor, System::nanoTime))));
        }
        now(vertx.deployVerticle(new GatewayVerticle(
                bus,
                config,
                configs,
                prices,
                counted,
                new Clocks(InstantSource.system(), clock),
                RandomGenerator.getDefault())));
        return this;
    }

    /** From now on nobody answers for this vendor. */
    void closeProvider(String name) throws Exception {
        now(vertx.undeploy(providers.get(name)));
    }

    static Prompt prompt(String text, OptionalDouble temperature) {
        return new Prompt(List.of(ChatMessage.user(text)), temperature, OptionalInt.empty(), Optional.empty());
    }

    static ModelSelection choice(String provider) {
        return new ModelSelection(Optional.of(provider), Optional.empty(), true);
    }

    static RequestContext origin(String user) {
        return new RequestContext("req_1", user, Optional.empty(), Optional.empty());
    }

    String nextId() {
        return "call_" + calls.incrementAndGet();
    }

    Open question(ModelSelection choice) {
        return new Open(nextId(), origin("ann"), choice, HELLO);
    }

    Future<AnswerHandle> ask(Open open) {
        return bus.ask(Addresses.GATEWAY_OPEN, open);
    }

    Future<AnswerHandle> ask(ModelSelection choice) {
        return ask(question(choice));
    }

    /** Ask again for an answer that broke in the middle. */
    Future<AnswerHandle> goOn(AnswerHandle broken, CallOptions terms) {
        return ask(new Open(nextId(), origin("ann"), ModelSelection.ANY, HELLO, terms.after(broken)));
    }

    AnswerHandle answer(ModelSelection choice) throws Exception {
        return now(ask(choice));
    }

    Problem refusal(ModelSelection choice) {
        return refusal(ask(choice));
    }

    static Problem refusal(Future<?> asked) {
        try {
            now(asked);
            throw new AssertionError("it was answered");
        } catch (Exception refused) {
            return Problem.of(refused);
        }
    }

    /** All events of the answer, to its end. */
    List<Event> rest(AnswerHandle answering) throws Exception {
        List<Event> events = new ArrayList<>();
        Batch batch = new Batch(Cursor.START, List.of(), false);
        while (!batch.end()) {
            batch = now(follow(answering, batch.last()));
            events.addAll(batch.events());
        }
        return events;
    }

    Future<Batch> follow(AnswerHandle answering, Cursor after) {
        Follow follow = new Follow(answering.stream().streamId(), after, Duration.ofSeconds(4));
        return bus.ask(Addresses.follow(answering.stream().source()), follow);
    }

    String text(AnswerHandle answering) throws Exception {
        return text(rest(answering));
    }

    static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> {
            if (event instanceof AnswerEvent.Delta(String delta)) {
                text.append(delta);
            }
        });
        return text.toString();
    }

    void cancel(String callId) throws Exception {
        now(bus.ask(Addresses.GATEWAY_CANCEL, new Cancel(callId)));
    }

    void leave(AnswerHandle answering) throws Exception {
        now(bus.ask(
                Addresses.cancel(answering.stream().source()),
                new Cancel(answering.stream().streamId())));
    }

    GatewayMessage.Status state() throws Exception {
        return now(bus.ask(Addresses.GATEWAY_HEALTH, new GatewayMessage.GetStatus()));
    }

    GatewayMessage.ProviderStatus state(String provider) throws Exception {
        return state().providers().stream()
                .filter(each -> each.name().equals(provider))
                .findFirst()
                .orElseThrow();
    }

    /** Wait until the provider fares so, looking again and again. */
    void until(String provider, Predicate<GatewayMessage.ProviderStatus> holds) throws Exception {
        eventually(() -> assertThat(state(provider)).matches(holds));
    }

    /** The next attempt whose end was told. */
    UsageMessage.AttemptEnded ended() throws InterruptedException {
        UsageMessage.AttemptEnded told = ended.poll(5, TimeUnit.SECONDS);
        if (told == null) {
            throw new AssertionError("no end was told");
        }
        return told;
    }

    static <T> T now(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        now(vertx.close());
        vendors.forEach(FakeProvider::close);
    }
}
