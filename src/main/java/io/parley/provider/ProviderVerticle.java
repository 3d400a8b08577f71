package io.parley.provider;

import io.parley.bus.Bus;
import io.parley.bus.StreamRegistry;
import io.parley.config.ProviderConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.ProviderMessage.Open;
import io.parley.contract.ProviderMessage.Probe;
import io.parley.contract.ProviderMessage.RateLimitsReported;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.provider.attempt.Attempt;
import io.parley.provider.attempt.AttemptClocks;
import io.parley.provider.attempt.HealthProbe;
import io.parley.provider.dialect.Dialect;
import io.parley.provider.http.ProviderClient;
import io.parley.provider.http.ProviderEndpoint;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls one provider: makes one attempt for each request, without retries. Does not know HTTP routes, storage or other providers. */
public final class ProviderVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderVerticle.class);
    private static final Duration ABANDON_TIMEOUT = Duration.ofSeconds(30);

    private final Bus bus;
    private final ProviderConfig config;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final Map<String, Attempt> attempts = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // set by start, before requests are handled
    private ProviderEndpoint provider;

    @SuppressWarnings("NullAway.Init")
    private StreamRegistry streams;

    /** @param nanos a monotonic clock in nanoseconds, for example {@code System::nanoTime} */
    public ProviderVerticle(Bus bus, ProviderConfig config, LongSupplier nanos) {
        this(bus, config, nanos, InstantSource.system());
    }

    ProviderVerticle(Bus bus, ProviderConfig config, LongSupplier nanos, InstantSource clock) {
        this.bus = bus;
        this.config = config;
        this.nanos = nanos;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        String source = "provider." + config.name() + "." + UUID.randomUUID();
        provider = new ProviderEndpoint(config, Dialect.of(config), new ProviderClient(vertx, config));
        streams = new StreamRegistry(vertx, source, ABANDON_TIMEOUT, nanos, id -> cancel(id, "disconnect"));
        if (!config.acceptsSampling()) {
            LOG.atInfo()
                    .addKeyValue("provider", config.name())
                    .log("sampling parameters will be dropped: not supported by the API version");
        }
        return streams.start(bus)
                .compose(_ -> bus.handle(Addresses.providerOpen(config.name()), this::open))
                .compose(_ -> bus.handle(Addresses.providerCancel(config.name()), this::cancel))
                .compose(_ -> bus.handle(Addresses.providerProbe(config.name()), this::probe));
    }

    @Override
    public Future<?> stop() {
        List.copyOf(attempts.keySet()).forEach(id -> cancel(id, "disconnect"));
        return provider.client().close();
    }

    private Future<StreamRef> open(Open open) {
        String id = open.callId();
        if (attempts.containsKey(id)) {
            return Future.failedFuture(new Problem.Conflict("a call with this id is already running").toException());
        }
        AttemptClocks clocks = new AttemptClocks(vertx, nanos, clock);
        Instant startedAt = clock.instant();
        Attempt attempt = new Attempt(clocks, provider, open, () -> streams.open(id), this::publishRateLimits);
        attempts.put(id, attempt);
        attempt.ended().onSuccess(outcome -> {
            attempts.remove(id);
            bus.publish(Addresses.ATTEMPT_ENDED, outcome.toMessage(config.name(), open, startedAt));
        });
        return attempt.run().map(_ -> new StreamRef(id, streams.source()));
    }

    private void publishRateLimits(RateLimitsReported limits) {
        bus.publish(Addresses.PROVIDER_RATE_LIMITS_REPORTED, limits);
    }

    private Future<Ack> cancel(Cancel cancel) {
        cancel(cancel.streamId(), "user");
        return Future.succeededFuture(new Ack());
    }

    private Future<Ack> probe(Probe probe) {
        return new HealthProbe(provider).probe().map(_ -> new Ack());
    }

    private void cancel(String id, String reason) {
        Attempt attempt = attempts.get(id);
        if (attempt != null) {
            attempt.cancel(reason);
        }
    }
}
