package io.parley.config;

import io.parley.config.GatewayConfig.Alias;
import io.parley.config.GatewayConfig.Breaker;
import io.parley.config.GatewayConfig.Cache;
import io.parley.config.GatewayConfig.Limits;
import io.parley.config.GatewayConfig.Queue;
import io.parley.config.GatewayConfig.Retry;
import io.parley.config.GatewayConfig.Strategy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the gateway's settings, with the aliases of models. */
final class GatewaySettings {

    private final SettingsReader in;
    private final ConfigErrors mistakes;

    GatewaySettings(SettingsReader in, ConfigErrors mistakes) {
        this.in = in;
        this.mistakes = mistakes;
    }

    /** As far as it can be read: a part that breaks its own rules is a mistake, and is taken as usual. */
    GatewayConfig read(ProviderSettings vendors, boolean demo) {
        return new GatewayConfig(
                vendors.chosen(in.text("gateway.provider"), demo),
                in.text("gateway.model"),
                in.choice("gateway.strategy", "health", Strategy.class),
                aliases(vendors),
                mistakes.attempt(this::limits).orElse(Limits.USUAL),
                mistakes.attempt(this::queue).orElse(Queue.USUAL),
                mistakes.attempt(this::cache).orElse(Cache.USUAL),
                mistakes.attempt(this::retry).orElse(Retry.USUAL),
                mistakes.attempt(this::breaker).orElse(Breaker.USUAL),
                in.duration("gateway.probe", "30s"),
                in.flag("gateway.mid-answer-fallback", true));
    }

    private Limits limits() {
        return new Limits(
                in.limit("gateway.requests-per-minute"),
                in.limit("gateway.tokens-per-minute"),
                in.number("gateway.max-concurrent", 1000));
    }

    private Queue queue() {
        return new Queue(in.number("gateway.queue.size", 1000), in.duration("gateway.queue.deadline", "30s"));
    }

    private Cache cache() {
        return new Cache(
                in.size("gateway.cache.size", "16MiB"),
                in.duration("gateway.cache.ttl", "10m"),
                in.decimal("gateway.cache.max-temperature", "0"));
    }

    private Retry retry() {
        return new Retry(in.duration("gateway.retry.pause", "250ms"), in.duration("gateway.retry.longest-pause", "4s"));
    }

    private Breaker breaker() {
        return new Breaker(
                in.number("gateway.breaker.failures", 10),
                in.number("gateway.breaker.calls", 20),
                in.duration("gateway.breaker.pause", "10s"));
    }

    private Map<String, Alias> aliases(ProviderSettings vendors) {
        Map<String, Alias> aliases = new LinkedHashMap<>();
        in.names("gateway.models").forEach(name -> {
            String path = "gateway.models." + name;
            List<String> targets = in.list(path + ".targets");
            Strategy strategy = in.choice(path + ".strategy", "health", Strategy.class);
            mistakes.unless(!targets.isEmpty(), path + ".targets", "is missing: list one or more provider/model");
            for (String target : targets) {
                String vendor = target.replaceFirst("/.*", "");
                mistakes.unless(
                        vendor.equals(DemoConfig.NAME) || vendors.all().contains(vendor),
                        path + ".targets",
                        "names a vendor that is not under providers: " + vendor);
            }
            aliases.put(name, new Alias(targets, strategy));
        });
        return aliases;
    }
}
