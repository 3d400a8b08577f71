package io.parley.config.reader;

import io.parley.config.ConfigErrors;
import io.parley.config.DemoConfig;
import io.parley.config.GatewayConfig;
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

/** Reads the gateway's settings and the model aliases. */
final class GatewaySettings {

    private final SettingsReader settings;
    private final ConfigErrors errors;

    GatewaySettings(SettingsReader settings, ConfigErrors errors) {
        this.settings = settings;
        this.errors = errors;
    }

    /** Reads all parts. An invalid part is an error and is replaced by its default, so that the other parts are checked as well. */
    GatewayConfig read(ProviderSettings providerSettings, boolean demo) {
        return new GatewayConfig(
                providerSettings.defaultProvider(settings.text("gateway.provider"), demo),
                settings.text("gateway.model"),
                settings.choice("gateway.strategy", "health", Strategy.class),
                aliases(providerSettings),
                errors.tryCreate(this::limits).orElse(Limits.DEFAULT),
                errors.tryCreate(this::queue).orElse(Queue.DEFAULT),
                errors.tryCreate(this::cache).orElse(Cache.DEFAULT),
                errors.tryCreate(this::retry).orElse(Retry.DEFAULT),
                errors.tryCreate(this::breaker).orElse(Breaker.DEFAULT),
                settings.duration("gateway.probe", "30s"),
                settings.flag("gateway.mid-answer-fallback", true));
    }

    private Limits limits() {
        return new Limits(
                settings.limit("gateway.requests-per-minute"),
                settings.limit("gateway.tokens-per-minute"),
                settings.number("gateway.max-concurrent", 1000));
    }

    private Queue queue() {
        return new Queue(
                settings.number("gateway.queue.size", 1000), settings.duration("gateway.queue.deadline", "30s"));
    }

    private Cache cache() {
        return new Cache(
                settings.size("gateway.cache.size", "16MiB"),
                settings.duration("gateway.cache.ttl", "10m"),
                settings.decimal("gateway.cache.max-temperature", "0"));
    }

    private Retry retry() {
        return new Retry(
                settings.duration("gateway.retry.pause", "250ms"),
                settings.duration("gateway.retry.longest-pause", "4s"));
    }

    private Breaker breaker() {
        return new Breaker(
                settings.number("gateway.breaker.failures", 10),
                settings.number("gateway.breaker.calls", 20),
                settings.duration("gateway.breaker.pause", "10s"));
    }

    private Map<String, Alias> aliases(ProviderSettings providerSettings) {
        Map<String, Alias> aliases = new LinkedHashMap<>();
        settings.names("gateway.models").forEach(name -> {
            String path = "gateway.models." + name;
            List<String> targets = settings.list(path + ".targets");
            Strategy strategy = settings.choice(path + ".strategy", "health", Strategy.class);
            errors.checkSetting(!targets.isEmpty(), path + ".targets", "is missing: list one or more provider/model");
            for (String target : targets) {
                String provider = target.replaceFirst("/.*", "");
                errors.checkSetting(
                        provider.equals(DemoConfig.NAME)
                                || providerSettings.names().contains(provider),
                        path + ".targets",
                        "names a provider that is not under providers: " + provider);
            }
            aliases.put(name, new Alias(targets, strategy));
        });
        return aliases;
    }
}
