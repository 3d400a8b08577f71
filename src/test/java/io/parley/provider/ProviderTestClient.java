package io.parley.provider;

import io.parley.bus.Bus;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent;
import io.parley.contract.ChatMessage;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Price;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.ProviderMessage.Open;
import io.parley.contract.ProviderMessage.Probe;
import io.parley.contract.RequestContext;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.UsageMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Calls a deployed provider over a real bus, as the gateway does. */
public final class ProviderTestClient implements AutoCloseable {

    public static final Prompt HELLO = prompt(ChatMessage.user("Hello"));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx);
    private final AtomicInteger calls = new AtomicInteger();
    private final BlockingQueue<UsageMessage.AttemptEnded> endedAttempt = new LinkedBlockingQueue<>();
    private final String name;

    public ProviderTestClient(ProviderConfig provider) {
        this(provider, InstantSource.system());
    }

    ProviderTestClient(ProviderConfig provider, InstantSource clock) {
        this(provider, clock, System::nanoTime);
    }

    ProviderTestClient(ProviderConfig provider, InstantSource clock, LongSupplier nanos) {
        name = provider.name();
        await(vertx.deployVerticle(new ProviderVerticle(bus, provider, nanos, clock)));
        await(bus.subscribe(Addresses.ATTEMPT_ENDED, endedAttempt::add));
    }

    /** The same provider with another base URL. */
    static ProviderConfig withUrl(ProviderConfig template, URI url) {
        return new ProviderConfig(
                template.name(),
                template.format(),
                url,
                template.apiKey(),
                template.model(),
                template.version(),
                template.maxTokens(),
                template.maxOutputBytes(),
                template.timeouts());
    }

    /** The same provider with other limits. */
    static ProviderConfig withLimits(ProviderConfig template, Timeouts timeouts, int maxOutput) {
        return new ProviderConfig(
                template.name(),
                template.format(),
                template.baseUrl(),
                template.apiKey(),
                template.model(),
                template.version(),
                template.maxTokens(),
                maxOutput,
                timeouts);
    }

    public static Prompt prompt(ChatMessage... messages) {
        return new Prompt(List.of(messages), GenerationOptions.NONE);
    }

    String nextId() {
        return "call_" + calls.incrementAndGet();
    }

    public Future<StreamRef> open(String callId, Prompt prompt) {
        return open(callId, prompt, Optional.empty());
    }

    Future<StreamRef> open(String callId, Prompt prompt, Optional<Price> price) {
        RequestContext requestContext = new RequestContext("req_1", "ada", Optional.of("ctx_1"), Optional.of("run_1"));
        return bus.request(Addresses.providerOpen(name), new Open(callId, requestContext, "asked-for", prompt, price));
    }

    public Future<Ack> cancel(String callId) {
        return bus.request(Addresses.providerCancel(name), new Cancel(callId));
    }

    public Future<Ack> probe() {
        return bus.request(Addresses.providerProbe(name), new Probe());
    }

    Future<Ack> cancel(StreamRef stream) {
        return bus.request(Addresses.cancel(stream.source()), new Cancel(stream.streamId()));
    }

    Future<Batch> follow(StreamRef stream, Cursor after) {
        return bus.request(
                Addresses.follow(stream.source()), new Follow(stream.streamId(), after, Duration.ofSeconds(4)));
    }

    /** The next attempt whose end was published. */
    UsageMessage.AttemptEnded endedAttempt() throws InterruptedException {
        UsageMessage.AttemptEnded attempt = endedAttempt.poll(5, TimeUnit.SECONDS);
        if (attempt == null) {
            throw new AssertionError("no AttemptEnded event was published");
        }
        return attempt;
    }

    /** All events of an answer, without what the provider counted before. */
    public List<Event> answer() {
        return answer(HELLO);
    }

    /** All events of an answer, without what the provider counted before. */
    List<Event> answer(Prompt prompt) {
        return withoutStart(readAll(await(open(nextId(), prompt))));
    }

    /** These events without what the provider counted before the answer. */
    static List<Event> withoutStart(List<Event> events) {
        return events.stream()
                .filter(event -> !(event instanceof AnswerEvent.Started))
                .toList();
    }

    /** All events of a stream, to its end. */
    public List<Event> readAll(StreamRef stream) {
        List<Event> events = new ArrayList<>();
        Batch batch = new Batch(Cursor.START, List.of(), false);
        while (!batch.end()) {
            batch = await(follow(stream, batch.last()));
            events.addAll(batch.events());
        }
        return events;
    }

    /** The problem that {@code reply} fails with. */
    public Problem rejection() {
        return rejection(open(nextId(), HELLO));
    }

    public static Problem rejection(Future<?> future) {
        try {
            future.await(5, TimeUnit.SECONDS);
            throw new AssertionError("the request did not fail");
        } catch (Exception refused) {
            return Problem.of(refused);
        }
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

    public static <T> T await(Future<T> future) {
        try {
            return future.await(5, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the reply timed out", e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
