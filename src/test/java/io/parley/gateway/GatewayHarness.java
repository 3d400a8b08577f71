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
import io.parley.contract.ChatMessage;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.RequestContext;
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

/** Runs a gateway and its providers over a real bus, in front of fake providers that a test scripts. */
public final class GatewayHarness implements AutoCloseable {

    public static final Prompt HELLO = prompt("Hello", OptionalDouble.empty());

    /** Short enough for a test that waits for a provider timeout. */
    static final Timeouts SHORT_TIMEOUTS = new Timeouts(
            Duration.ofSeconds(1),
            Duration.ofMillis(400),
            Duration.ofMillis(400),
            Duration.ofMillis(400),
            Duration.ofSeconds(20));

    public static final Timeouts LONG_TIMEOUTS = new Timeouts(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));

    final Vertx vertx = Vertx.vertx();
    public final Bus bus = Bus.install(vertx);
    public final OffsetClock clock = new OffsetClock();
    private final List<FakeProvider> fakeProviders = new ArrayList<>();
    private final List<ProviderConfig> providerConfigs = new ArrayList<>();
    private final BlockingQueue<UsageMessage.AttemptEnded> endedAttempt = new LinkedBlockingQueue<>();
    private final Map<String, String> deploymentIds = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();

    Strategy strategy = Strategy.HEALTH;
    Map<String, Alias> aliases = Map.of();
    Limits limits = Limits.DEFAULT;
    Queue queue = Queue.DEFAULT;
    public Cache cache = Cache.DEFAULT;
    Retry retry = new Retry(Duration.ofMillis(5), Duration.ofSeconds(4));
    Breaker breaker = Breaker.DEFAULT;
    Duration probe = Duration.ofMinutes(1);
    boolean midAnswerFallback = true;
    public boolean accounting = false;
    public PriceList prices = PriceList.empty();

    /** Adds a provider; its default model is {@code <name>-1}. */
    public FakeProvider provider(String name) {
        return provider(name, SHORT_TIMEOUTS);
    }

    public FakeProvider provider(String name, Timeouts timeouts) {
        FakeProvider provider = FakeProvider.start();
        fakeProviders.add(provider);
        ProviderConfig template = provider.config(name, ProviderWireFormat.OPENAI);
        providerConfigs.add(new ProviderConfig(
                name,
                template.format(),
                template.baseUrl(),
                template.apiKey(),
                name + "-1",
                Optional.empty(),
                1000,
                template.maxOutputBytes(),
                timeouts));
        return provider;
    }

    public GatewayHarness start() throws Exception {
        GatewayConfig config = new GatewayConfig(
                providerConfigs.getFirst().name(),
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
        await(bus.subscribe(Addresses.ATTEMPT_ENDED, endedAttempt::add));
        for (ProviderConfig provider : providerConfigs) {
            deploymentIds.put(
                    provider.name(),
                    await(vertx.deployVerticle(new ProviderVerticle(bus, provider, System::nanoTime))));
        }
        await(vertx.deployVerticle(new GatewayVerticle(
                bus,
                config,
                providerConfigs,
                prices,
                accounting,
                new Clocks(InstantSource.system(), clock),
                RandomGenerator.getDefault())));
        return this;
    }

    /** Undeploys the provider's verticle, so its address has no handler. */
    public void closeProvider(String name) throws Exception {
        await(vertx.undeploy(deploymentIds.get(name)));
    }

    public static Prompt prompt(String text, OptionalDouble temperature) {
        return new Prompt(List.of(ChatMessage.user(text)), GenerationOptions.of(temperature, OptionalInt.empty()));
    }

    public static ModelSelection selection(String provider) {
        return new ModelSelection(Optional.of(provider), Optional.empty(), true);
    }

    public static RequestContext requestContext(String user) {
        return new RequestContext("req_1", user, Optional.empty(), Optional.empty());
    }

    public String nextId() {
        return "call_" + calls.incrementAndGet();
    }

    Open openRequest(ModelSelection selection) {
        return new Open(nextId(), requestContext("ann"), selection, HELLO);
    }

    public Future<AnswerHandle> request(Open call) {
        return bus.request(Addresses.GATEWAY_OPEN, call);
    }

    public Future<AnswerHandle> request(ModelSelection selection) {
        return request(openRequest(selection));
    }

    /** Requests the rest of an answer that broke midway. */
    Future<AnswerHandle> continueAnswer(AnswerHandle interrupted, CallOptions options) {
        return request(new Open(
                nextId(), requestContext("ann"), ModelSelection.DEFAULT, HELLO, options.nextAttempt(interrupted)));
    }

    public AnswerHandle answer(ModelSelection selection) throws Exception {
        return await(request(selection));
    }

    public Problem rejection(ModelSelection selection) {
        return rejection(request(selection));
    }

    public static Problem rejection(Future<?> future) {
        try {
            await(future);
            throw new AssertionError("the request did not fail");
        } catch (Exception e) {
            return Problem.of(e);
        }
    }

    /** Reads all events of the answer up to its end. */
    public List<Event> readAll(AnswerHandle answering) throws Exception {
        List<Event> events = new ArrayList<>();
        Batch batch = new Batch(Cursor.START, List.of(), false);
        while (!batch.end()) {
            batch = await(follow(answering, batch.last()));
            events.addAll(batch.events());
        }
        return events;
    }

    public Future<Batch> follow(AnswerHandle answering, Cursor after) {
        Follow follow = new Follow(answering.stream().streamId(), after, Duration.ofSeconds(4));
        return bus.request(Addresses.follow(answering.stream().source()), follow);
    }

    public String text(AnswerHandle answering) throws Exception {
        return text(readAll(answering));
    }

    public static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> {
            if (event instanceof AnswerEvent.Delta(String delta)) {
                text.append(delta);
            }
        });
        return text.toString();
    }

    public void cancel(String callId) throws Exception {
        await(bus.request(Addresses.GATEWAY_CANCEL, new Cancel(callId)));
    }

    public void cancelStream(AnswerHandle answering) throws Exception {
        await(bus.request(
                Addresses.cancel(answering.stream().source()),
                new Cancel(answering.stream().streamId())));
    }

    GatewayMessage.Status state() throws Exception {
        return await(bus.request(Addresses.GATEWAY_STATUS, new GatewayMessage.GetStatus()));
    }

    public GatewayMessage.ProviderStatus state(String provider) throws Exception {
        return state().providers().stream()
                .filter(candidate -> candidate.name().equals(provider))
                .findFirst()
                .orElseThrow();
    }

    /** Polls the provider's status until it matches. */
    public void awaitStatus(String provider, Predicate<GatewayMessage.ProviderStatus> condition) throws Exception {
        eventually(() -> assertThat(state(provider)).matches(condition));
    }

    /** Waits for the next {@code AttemptEnded} event. */
    public UsageMessage.AttemptEnded endedAttempt() throws InterruptedException {
        UsageMessage.AttemptEnded attempt = endedAttempt.poll(5, TimeUnit.SECONDS);
        if (attempt == null) {
            throw new AssertionError("no AttemptEnded event was published");
        }
        return attempt;
    }

    public static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(vertx.close());
        fakeProviders.forEach(FakeProvider::close);
    }
}
