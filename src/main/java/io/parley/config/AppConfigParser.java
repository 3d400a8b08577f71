package io.parley.config;

import io.parley.config.LogConfig.Format;
import io.parley.config.LogConfig.Level;
import io.parley.config.ProviderConfig.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Puts the tree of records together from settings: here every setting is named once, with its default. */
final class AppConfigParser {

    private final SettingsReader in;
    private final ConfigErrors mistakes;
    private final Format usual;
    private final boolean tryOut;

    AppConfigParser(SettingsReader in, ConfigErrors mistakes, Format usual, boolean tryOut) {
        this.in = in;
        this.mistakes = mistakes;
        this.usual = usual;
        this.tryOut = tryOut;
    }

    /** The configuration, unless there are mistakes. */
    Optional<AppConfig> config() {
        AuthSettings callers = new AuthSettings(in, mistakes);
        boolean devMode = in.flag("auth.dev-mode", false) || (tryOut && !callers.wanted());
        boolean demonstrating = in.flag("demo.enabled", true);
        String host = in.text("http.host", "127.0.0.1");
        Optional<HttpConfig> http = mistakes.attempt(() -> http(host));
        Optional<ManagementConfig> management = mistakes.attempt(this::management);
        Optional<AuthConfig> auth = callers.auth(devMode);
        Optional<StoreConfig> store = mistakes.attempt(this::store);
        Optional<ConversationConfig> conversation = mistakes.attempt(this::conversation);
        Optional<JournalConfig> journal = mistakes.attempt(this::journal);
        Optional<DemoConfig> demo = mistakes.attempt(() -> demo(demonstrating));
        Optional<ExportConfig> export = mistakes.attempt(this::export);
        Optional<ProviderDefaults> provider = provider();
        Optional<UsageConfig> usage = usage();
        ProviderSettings vendors = new ProviderSettings(in, mistakes, provider);
        Optional<GatewayConfig> gateway =
                mistakes.attempt(() -> new GatewaySettings(in, mistakes).read(vendors, demonstrating));
        Optional<TracingConfig> tracing = mistakes.attempt(this::tracing);
        LogConfig log = log();
        AppConfig.devModeStaysHome(mistakes, devMode, host);
        return mistakes.any()
                ? Optional.empty()
                : mistakes.attempt(() -> new AppConfig(
                        http.orElseThrow(),
                        management.orElseThrow(),
                        auth.orElseThrow(),
                        store.orElseThrow(),
                        conversation.orElseThrow(),
                        journal.orElseThrow(),
                        gateway.orElseThrow(),
                        provider.orElseThrow(),
                        usage.orElseThrow(),
                        vendors.usable(),
                        demo.orElseThrow(),
                        export.orElseThrow(),
                        tracing.orElseThrow(),
                        log));
    }

    private HttpConfig http(String host) {
        return new HttpConfig(
                host,
                in.number("http.port", 8080),
                in.duration("http.heartbeat", "15s"),
                in.size("http.max-body", "256KiB"),
                in.list("http.allowed-origins"),
                in.list("http.trusted-proxies"),
                in.duration("http.slow-reader", "30s"),
                in.duration("http.drain", "20s"));
    }

    private ManagementConfig management() {
        return new ManagementConfig(in.text("management.host", "127.0.0.1"), in.number("management.port", 8081));
    }

    private StoreConfig store() {
        return new StoreConfig(
                Path.of(in.text("store.data-dir", "data")),
                in.secret("store.mongodb.uri"),
                in.text("store.mongodb.database", "parley"),
                in.duration("store.timeout", "5s"));
    }

    private ConversationConfig conversation() {
        return new ConversationConfig(
                in.duration("conversation.abandon-after", "30s"),
                in.duration("gateway.commit-after", "10s"),
                in.duration("conversation.flow-timeout", "30s"),
                in.duration("conversation.idempotency-ttl", "24h"),
                in.number("conversation.max-turns", 50),
                in.number("conversation.starts-per-minute", 10));
    }

    private JournalConfig journal() {
        return new JournalConfig(
                in.duration("journal.lease", "10s"),
                in.duration("journal.flush", "250ms"),
                in.number("journal.flush-events", 32),
                in.size("journal.flush-bytes", "8KiB"),
                in.duration("journal.store-patience", "10s"),
                in.duration("journal.linger", "10s"));
    }

    private DemoConfig demo(boolean enabled) {
        return new DemoConfig(enabled, in.number("demo.tokens-per-second", 25));
    }

    private ExportConfig export() {
        return new ExportConfig(
                in.list("export.pdf-font").stream().map(Path::of).toList());
    }

    private TracingConfig tracing() {
        return new TracingConfig(
                in.address("tracing.otlp-endpoint", ""),
                in.decimal("tracing.sample", "1.0"),
                in.text("tracing.service-name", "parley"));
    }

    private Optional<ProviderDefaults> provider() {
        Optional<Timeouts> timeouts = mistakes.attempt(() -> new Timeouts(
                in.duration("provider.timeouts.connect", "2s"),
                in.duration("provider.timeouts.headers", "15s"),
                in.duration("provider.timeouts.first-token", "30s"),
                in.duration("provider.timeouts.between-tokens", "20s"),
                in.duration("provider.timeouts.total", "600s")));
        int maxTokens = in.number("provider.max-tokens", 4096);
        int maxOutput = in.size("provider.max-output", "4MiB");
        return timeouts.flatMap(those -> mistakes.attempt(() -> new ProviderDefaults(maxTokens, maxOutput, those)));
    }

    private Optional<UsageConfig> usage() {
        Optional<UsageConfig.Factors> factors = mistakes.attempt(() -> new UsageConfig.Factors(
                in.decimal("usage.factors.openai", "1.0"),
                in.decimal("usage.factors.claude-old", "1.15"),
                in.decimal("usage.factors.claude-new", "1.5"),
                in.decimal("usage.factors.other", "1.2")));
        String prices = in.text("usage.prices", UsageConfig.PRICES);
        Duration flush = in.duration("usage.flush", "200ms");
        int pending = in.number("usage.pending", 100_000);
        Duration reservation = in.duration("usage.reservation", "15m");
        int maxTokens = in.number("provider.max-tokens", 4096);
        return factors.flatMap(those ->
                mistakes.attempt(() -> new UsageConfig(prices, flush, pending, reservation, maxTokens, those)));
    }

    private LogConfig log() {
        Format format = switch (in.choice("log.format", "auto", FormatChoice.class)) {
            case AUTO -> usual;
            case TEXT -> Format.TEXT;
            case JSON -> Format.JSON;
        };
        return new LogConfig(format, in.choice("log.level", "info", Level.class));
    }

    private enum FormatChoice {
        AUTO,
        TEXT,
        JSON
    }
}
