package io.parley.gateway;

import io.parley.bus.Bus;
import io.parley.config.GatewayConfig;
import io.parley.config.VendorConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Choice;
import io.parley.contract.GatewayMessage.Answering;
import io.parley.contract.GatewayMessage.Check;
import io.parley.contract.GatewayMessage.Checked;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.contract.ProviderMessage;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Done;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Decides which vendor answers, and passes the question on. Knows no vendor's format. */
public final class GatewayVerticle extends VerticleBase {

    /** Longer than any attempt may take: a vendor's own timers end it. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Bus bus;
    private final GatewayConfig config;
    private final Map<String, VendorConfig> vendors;
    private final Map<String, String> opening = new HashMap<>();

    public GatewayVerticle(Bus bus, GatewayConfig config, List<VendorConfig> vendors) {
        this.bus = bus;
        this.config = config;
        this.vendors = vendors.stream().collect(Collectors.toUnmodifiableMap(VendorConfig::name, Function.identity()));
    }

    @Override
    public Future<?> start() {
        return bus.answer(Addresses.GATEWAY_CHECK, this::check)
                .compose(_ -> bus.answer(Addresses.GATEWAY_OPEN, this::open))
                .compose(_ -> bus.answer(Addresses.GATEWAY_CANCEL, this::cancel));
    }

    private Future<Checked> check(Check check) {
        return Future.succeededFuture(decide(check.choice()));
    }

    private Future<Answering> open(Open open) {
        Checked first = decide(open.choice());
        String provider = first.provider();
        opening.put(open.callId(), provider);
        return bus.ask(
                        Addresses.providerOpen(provider),
                        new ProviderMessage.Open(open.callId(), open.origin(), first.model(), open.prompt()),
                        PATIENCE)
                .map(opened -> new Answering(opened, provider, first.model()))
                .eventually(() -> {
                    opening.remove(open.callId());
                    return Future.succeededFuture();
                });
    }

    private Future<Done> cancel(Cancel cancel) {
        String provider = opening.get(cancel.streamId());
        return provider == null
                ? Future.succeededFuture(new Done())
                : bus.ask(Addresses.providerCancel(provider), cancel);
    }

    private Checked decide(Choice choice) {
        String name = choice.provider().orElse(config.provider());
        VendorConfig vendor = vendors.get(name);
        if (vendor == null) {
            throw new Problem.Invalid(List.of(
                            new Problem.Violation("/provider", "unknown", "no such provider; known are " + known())))
                    .toException();
        }
        boolean usual = name.equals(config.provider());
        return new Checked(
                name,
                choice.model()
                        .or(() -> usual ? config.model() : Optional.empty())
                        .orElse(vendor.model()));
    }

    private String known() {
        return vendors.keySet().stream().sorted().collect(Collectors.joining(", "));
    }
}
