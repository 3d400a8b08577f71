package io.parley.config.reader;

import io.parley.config.AppConfig;
import io.parley.config.AuthConfig;
import io.parley.config.ConfigErrors;
import io.parley.config.ConversationConfig;
import io.parley.config.DemoConfig;
import io.parley.config.ExportConfig;
import io.parley.config.GatewayConfig;
import io.parley.config.HttpConfig;
import io.parley.config.JournalConfig;
import io.parley.config.LogConfig;
import io.parley.config.LogConfig.Format;
import io.parley.config.LogConfig.Level;
import io.parley.config.ManagementConfig;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.config.ProviderDefaults;
import io.parley.config.StoreConfig;
import io.parley.config.TracingConfig;
import io.parley.config.UsageConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the configuration from settings. Reads those that have no {@code *Settings} reader of their own, with their defaults. */
final class AppConfigParser {

    private final SettingsReader settings;
    private final ConfigErrors errors;
    private final Format defaultLogFormat;
    private final boolean devModeByDefault;

    AppConfigParser(SettingsReader settings, ConfigErrors errors, Format defaultLogFormat, boolean devModeByDefault) {
        this.settings = settings;
        this.errors = errors;
        this.defaultLogFormat = defaultLogFormat;
        this.devModeByDefault = devModeByDefault;
    }

    /** The configuration; empty if there are errors. */
    Optional<AppConfig> config() {
        AuthSettings authSettings = new AuthSettings(settings, errors);
        boolean devMode = settings.flag("auth.dev-mode", false) || (devModeByDefault && !authSettings.configured());
        boolean demoEnabled = settings.flag("demo.enabled", true);
        String host = settings.text("http.host", "127.0.0.1");
        Optional<HttpConfig> http = errors.tryCreate(() -> http(host));
        Optional<ManagementConfig> management = errors.tryCreate(this::management);
        Optional<AuthConfig> auth = authSettings.auth(devMode);
        Optional<StoreConfig> store = errors.tryCreate(this::store);
        Optional<ConversationConfig> conversation = errors.tryCreate(this::conversation);
        Optional<JournalConfig> journal = errors.tryCreate(this::journal);
        Optional<DemoConfig> demo = errors.tryCreate(() -> demo(demoEnabled));
        Optional<ExportConfig> export = errors.tryCreate(this::export);
        Optional<ProviderDefaults> providerDefaults = providerDefaults();
        ProviderSettings providerSettings = new ProviderSettings(settings, errors, providerDefaults);
        Optional<UsageConfig> usage = usage(providerSettings.names());
        Optional<GatewayConfig> gateway =
                errors.tryCreate(() -> new GatewaySettings(settings, errors).read(providerSettings, demoEnabled));
        Optional<TracingConfig> tracing = errors.tryCreate(this::tracing);
        LogConfig log = log();
        AppConfig.checkDevModeIsLocal(errors, devMode, host);
        return errors.any()
                ? Optional.empty()
                : errors.tryCreate(() -> new AppConfig(
                        http.orElseThrow(),
                        management.orElseThrow(),
                        auth.orElseThrow(),
                        store.orElseThrow(),
                        conversation.orElseThrow(),
                        journal.orElseThrow(),
                        gateway.orElseThrow(),
                        providerDefaults.orElseThrow(),
                        usage.orElseThrow(),
                        providerSettings.usable(),
                        demo.orElseThrow(),
                        export.orElseThrow(),
                        tracing.orElseThrow(),
                        log));
    }

    private HttpConfig http(String host) {
        return new HttpConfig(
                host,
                settings.number("http.port", 8080),
                settings.duration("http.heartbeat", "15s"),
                settings.size("http.max-body", "256KiB"),
                settings.size("http.max-body-v1", "32MiB"),
                settings.list("http.allowed-origins"),
                settings.list("http.trusted-proxies"),
                settings.duration("http.slow-reader", "30s"),
                settings.duration("http.drain", "20s"));
    }

    private ManagementConfig management() {
        return new ManagementConfig(
                settings.text("management.host", "127.0.0.1"), settings.number("management.port", 8081));
    }

    private StoreConfig store() {
        return new StoreConfig(
                Path.of(settings.text("store.data-dir", "data")),
                settings.secret("store.mongodb.uri"),
                settings.text("store.mongodb.database", "parley"),
                settings.duration("store.timeout", "5s"));
    }

    private ConversationConfig conversation() {
        return new ConversationConfig(
                settings.duration("conversation.abandon-after", "30s"),
                settings.duration("gateway.commit-after", "10s"),
                settings.duration("conversation.flow-timeout", "30s"),
                settings.duration("conversation.idempotency-ttl", "24h"),
                settings.number("conversation.max-turns", 50),
                settings.number("conversation.starts-per-minute", 10),
                settings.yesOrNo("conversation.keep-thinking", false),
                settings.duration("responses.keep", "24h"));
    }

    private JournalConfig journal() {
        return new JournalConfig(
                settings.duration("journal.lease", "10s"),
                settings.duration("journal.flush", "250ms"),
                settings.number("journal.flush-events", 32),
                settings.size("journal.flush-bytes", "8KiB"),
                settings.duration("journal.store-timeout", "10s"),
                settings.duration("journal.linger", "10s"));
    }

    private DemoConfig demo(boolean enabled) {
        return new DemoConfig(enabled, settings.number("demo.tokens-per-second", 25));
    }

    private ExportConfig export() {
        return new ExportConfig(
                settings.list("export.pdf-font").stream().map(Path::of).toList());
    }

    private TracingConfig tracing() {
        return new TracingConfig(
                settings.address("tracing.otlp-endpoint", ""),
                settings.decimal("tracing.sample", "1.0"),
                settings.text("tracing.service-name", "parley"));
    }

    private Optional<ProviderDefaults> providerDefaults() {
        Optional<Timeouts> timeouts = errors.tryCreate(() -> new Timeouts(
                settings.duration("provider.timeouts.connect", "2s"),
                settings.duration("provider.timeouts.headers", "15s"),
                settings.duration("provider.timeouts.first-token", "30s"),
                settings.duration("provider.timeouts.between-tokens", "20s"),
                settings.duration("provider.timeouts.total", "600s")));
        int maxTokens = settings.number("provider.max-tokens", 4096);
        int maxOutput = settings.size("provider.max-output", "4MiB");
        return timeouts.flatMap(
                validTimeouts -> errors.tryCreate(() -> new ProviderDefaults(maxTokens, maxOutput, validTimeouts)));
    }

    private Optional<UsageConfig> usage(List<String> providers) {
        Optional<UsageConfig.Factors> factors = errors.tryCreate(() -> new UsageConfig.Factors(
                settings.decimal("usage.factors.openai", "1.0"),
                settings.decimal("usage.factors.claude-old", "1.15"),
                settings.decimal("usage.factors.claude-new", "1.5"),
                settings.decimal("usage.factors.other", "1.2")));
        String priceFile = settings.text("usage.prices", UsageConfig.DEFAULT_PRICE_FILE);
        Map<String, String> priceFamilies = new LinkedHashMap<>();
        providers.forEach(provider -> settings.text("providers." + provider + ".prices")
                .ifPresent(family -> priceFamilies.put(provider, family)));
        Duration flushDelay = settings.duration("usage.flush", "200ms");
        int maxPending = settings.number("usage.pending", 100_000);
        Duration reservationTimeout = settings.duration("usage.reservation", "15m");
        int maxTokens = settings.number("provider.max-tokens", 4096);
        return factors.flatMap(validFactors -> errors.tryCreate(() -> new UsageConfig(
                priceFile, priceFamilies, flushDelay, maxPending, reservationTimeout, maxTokens, validFactors)));
    }

    private LogConfig log() {
        Format format = switch (settings.choice("log.format", "auto", FormatChoice.class)) {
            case AUTO -> defaultLogFormat;
            case TEXT -> Format.TEXT;
            case JSON -> Format.JSON;
        };
        return new LogConfig(format, settings.choice("log.level", "info", Level.class));
    }

    private enum FormatChoice {
        AUTO,
        TEXT,
        JSON
    }
}
