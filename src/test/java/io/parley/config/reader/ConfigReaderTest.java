package io.parley.config.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.config.AppConfig;
import io.parley.config.AuthConfig;
import io.parley.config.ConfigException;
import io.parley.config.DemoConfig;
import io.parley.config.ExportConfig;
import io.parley.config.GatewayConfig;
import io.parley.config.HttpConfig;
import io.parley.config.LogConfig;
import io.parley.config.LogConfig.Format;
import io.parley.config.LogConfig.Level;
import io.parley.config.ManagementConfig;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.config.Secret;
import io.parley.config.StoreConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

    private static final Map<String, String> DEV = Map.of("DEV_MODE", "true");
    private static final String HASH = "$2y$10$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK6";

    @TempDir
    private Path directory;

    @Test
    @DisplayName("with DEV_MODE alone every setting has its default")
    void defaults() {
        AppConfig config = readEnvironment(DEV);
        assertThat(config.http())
                .isEqualTo(new HttpConfig(
                        "127.0.0.1",
                        8080,
                        Duration.ofSeconds(15),
                        256 * 1024,
                        List.of(),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(20)));
        assertThat(config.management()).isEqualTo(new ManagementConfig("127.0.0.1", 8081));
        assertThat(config.auth()).isEqualTo(new AuthConfig(true, Optional.empty()));
        assertThat(config.store())
                .isEqualTo(new StoreConfig(Path.of("data"), Optional.empty(), "parley", Duration.ofSeconds(5)));
        assertThat(config.gateway()).isEqualTo(new GatewayConfig("demo", Optional.empty()));
        assertThat(config.providers()).isEmpty();
        assertThat(config.demo()).isEqualTo(new DemoConfig(true, 25));
        assertThat(config.providerDefaults().timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(600)));
        assertThat(config.conversation().keepThinking()).isFalse();
        assertThat(config.log()).isEqualTo(new LogConfig(Format.JSON, Level.INFO));
    }

    @Test
    @DisplayName("settings are read in their units, and environment variables override them")
    void units() {
        AppConfig config = new ConfigReader(
                        Map.of("DEV_MODE", "true", "PORT", "0", "PARLEY_HTTP_HEARTBEAT", "5s"),
                        LogConfig.Format.JSON,
                        false)
                .read(Map.of(
                        "http.port", "9000",
                        "http.heartbeat", "1s",
                        "http.max-body", "2MiB",
                        "http.allowed-origins", "https://a.example, http://localhost:3000",
                        "journal.flush", "40ms",
                        "conversation.abandon-after", "10m",
                        "conversation.keep-thinking", "yes"));
        assertThat(config.conversation().keepThinking()).isTrue();
        assertThat(config.http().port()).isZero();
        assertThat(config.http().heartbeatInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.http().maxBodyBytes()).isEqualTo(2 * 1024 * 1024);
        assertThat(config.http().allowedOrigins()).containsExactly("https://a.example", "http://localhost:3000");
        assertThat(config.journal().flushDelay()).isEqualTo(Duration.ofMillis(40));
        assertThat(config.conversation().abandonAfter()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    @DisplayName("all errors are reported at once, each with the setting's names and what to do")
    void allAtOnce() {
        ConfigException refused = errors(Map.of(
                "PORT", "80x",
                "MANAGEMENT_PORT", "70000",
                "PARLEY_HTTP_HEARTBEAT", "5",
                "PARLEY_HTTP_MAX_BODY", "12",
                "LOG_LEVEL", "loud",
                "DEV_MODE", "yes",
                "MONGODB_URI", "mysql://user:hunter2@db",
                "PARLEY_NONSENSE", "1"));
        assertThat(refused.errors())
                .containsExactlyInAnyOrder(
                        "http.port (PORT) must be a whole number, not \"80x\"",
                        "management.port (MANAGEMENT_PORT) must be from -1 to 65535 (0 for a free port), not 70000",
                        "http.heartbeat (PARLEY_HTTP_HEARTBEAT) must be a duration such as 250ms, 5s or 10m, not \"5\"",
                        "http.max-body (PARLEY_HTTP_MAX_BODY) must be at least 1KiB",
                        "log.level (LOG_LEVEL) must be one of trace, debug, info, warn, error, not \"loud\"",
                        "auth.dev-mode (DEV_MODE) must be true or false, not \"yes\"",
                        "store.mongodb.uri (MONGODB_URI) must begin with mongodb:// or mongodb+srv://",
                        "PARLEY_NONSENSE is not the name of a setting: correct or remove it; conf/parley.yaml lists all"
                                + " settings, and the variable of http.heartbeat is PARLEY_HTTP_HEARTBEAT",
                        "No authentication configured: set LOGTO_ENDPOINT and LOGTO_RESOURCE, or JWT_ISSUER, JWT_AUDIENCE and"
                                + " JWT_JWKS_URL, or BASIC_AUTH_USER and BASIC_AUTH_PW_HASH; or, to try Parley on this"
                                + " machine only, DEV_MODE=true.");
        assertThat(refused)
                .hasMessageStartingWith("The configuration has 9 errors; the server was not started.\n  - ")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    @DisplayName("without authentication the error lists the options")
    void noAuthentication() {
        assertThat(errors(Map.of()).errors())
                .singleElement()
                .asString()
                .startsWith("No authentication configured: set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.7", "parley.example.com", "127.0.0.1.example.com"})
    @DisplayName("DEV_MODE is rejected on any host but loopback")
    void devModeNotOnLoopback(String host) {
        assertThat(errors(Map.of("DEV_MODE", "true", "HOST", host)).errors())
                .singleElement()
                .asString()
                .startsWith("auth.dev-mode (DEV_MODE) disables authentication");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.0.0.53"})
    @DisplayName("DEV_MODE is accepted on loopback")
    void devModeOnLoopback(String host) {
        assertThat(readEnvironment(Map.of("DEV_MODE", "true", "HOST", host))
                        .http()
                        .host())
                .isEqualTo(host);
    }

    @Test
    @DisplayName("records built in code are validated too")
    void recordsAreValidated() {
        AppConfig good = readEnvironment(DEV);
        HttpConfig allInterfaces = new HttpConfig(
                "0.0.0.0", 0, Duration.ofSeconds(1), 4096, List.of(), Duration.ofSeconds(1), Duration.ZERO);
        assertThatThrownBy(() -> new AppConfig(
                        allInterfaces,
                        good.management(),
                        good.auth(),
                        good.store(),
                        good.conversation(),
                        good.journal(),
                        new GatewayConfig("missing", Optional.empty()),
                        good.providerDefaults(),
                        good.usage(),
                        good.providers(),
                        good.demo(),
                        good.export(),
                        good.tracing(),
                        good.log()))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refused -> assertThat(refused.errors()).hasSize(2));
        assertThatThrownBy(() -> new AuthConfig(false, Optional.empty())).isInstanceOf(ConfigException.class);
    }

    @Test
    @DisplayName("PDF fonts must be existing font files")
    void fonts() throws IOException {
        Path font = Files.createFile(directory.resolve("cjk.TTC"));
        assertThat(new ExportConfig(List.of(font)).pdfFonts()).containsExactly(font);
        assertThat(readEnvironment(DEV).export().pdfFonts()).isEmpty();
        assertThatThrownBy(() -> readEnvironment(
                        Map.of("DEV_MODE", "true", "PARLEY_EXPORT_PDF_FONT", directory + "/missing.ttf, /etc/passwd")))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refused -> assertThat(refused.errors()).hasSize(2));
    }

    @Test
    @DisplayName("Logto's two settings give issuer, JWKS URL and audience")
    void logto() {
        AuthConfig auth = readEnvironment(Map.of(
                        "LOGTO_ENDPOINT", "https://id.example.com/", "LOGTO_RESOURCE", "https://api.example.com"))
                .auth();
        assertThat(auth.devMode()).isFalse();
        assertThat(auth.jwt()).hasValueSatisfying(jwt -> {
            assertThat(jwt.issuer()).isEqualTo("https://id.example.com/oidc");
            assertThat(jwt.jwksUrl()).isEqualTo(URI.create("https://id.example.com/oidc/jwks"));
            assertThat(jwt.audience()).isEqualTo("https://api.example.com");
        });
    }

    @Test
    @DisplayName("bearer tokens require an issuer, an audience and a JWKS URL")
    void incompleteTokens() {
        assertThat(errors(Map.of("JWT_JWKS_URL", "https://id.example.com/keys")).errors())
                .hasSize(2)
                .anySatisfy(mistake -> assertThat(mistake).startsWith("auth.jwt.issuer (JWT_ISSUER) is missing"))
                .anySatisfy(mistake -> assertThat(mistake).startsWith("auth.jwt.audience (JWT_AUDIENCE) is missing"));
    }

    @Test
    @DisplayName("a user with a password hash is sufficient, and the hash may come from a file")
    void password() throws IOException {
        AuthConfig auth = readEnvironment(Map.of("BASIC_AUTH_USER", "ann", "BASIC_AUTH_PW_HASH", HASH))
                .auth();
        assertThat(auth)
                .isEqualTo(new AuthConfig(
                        false, Optional.empty(), Optional.of(new AuthConfig.Basic("ann", new Secret(HASH)))));
        assertThat(auth.toString()).doesNotContain(HASH);
        Path file = Files.writeString(directory.resolve("hash"), HASH + "\n");
        assertThat(readEnvironment(Map.of("BASIC_AUTH_USER", "ann", "BASIC_AUTH_PW_HASH_FILE", file.toString()))
                        .auth())
                .isEqualTo(auth);
        assertThat(readDevModeByDefault(Map.of("BASIC_AUTH_USER", "ann", "BASIC_AUTH_PW_HASH", HASH))
                        .auth()
                        .devMode())
                .isFalse();
    }

    @Test
    @DisplayName("a user without a hash, or a hash without a user, is an error even with tokens configured")
    void incompleteBasicAuth() {
        Map<String, String> logto = Map.of("LOGTO_ENDPOINT", "https://id.example.com", "LOGTO_RESOURCE", "api");
        Map<String, String> name = new HashMap<>(logto);
        name.put("BASIC_AUTH_USER", "ann");
        assertThat(errors(name).errors())
                .singleElement()
                .asString()
                .startsWith("auth.basic.password-hash (BASIC_AUTH_PW_HASH) is missing");
        assertThat(errors(Map.of("BASIC_AUTH_PW_HASH", HASH)).errors())
                .singleElement()
                .asString()
                .startsWith("auth.basic.user (BASIC_AUTH_USER) is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "$2y$03$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK6",
                "$2y$15$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK6",
                "$2x$10$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK6",
                "$2y$10$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK",
                "$2y$10$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK6!",
                "ann:$2y$10$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK6",
                "$apr1$abcdefgh$abcdefghijklmnopqrstuv"
            })
    @DisplayName("a value that is not a bcrypt hash of a supported cost prevents the start and is not shown")
    void invalidHash(String hash) {
        ConfigException refused = errors(Map.of("BASIC_AUTH_USER", "ann", "BASIC_AUTH_PW_HASH", hash));
        assertThat(refused.errors())
                .singleElement()
                .asString()
                .startsWith("auth.basic.password-hash (BASIC_AUTH_PW_HASH) must be a bcrypt hash");
        assertThat(refused).hasMessageNotContaining(hash);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann:lee", "ann lee", "ann\u202elee", "ann\u0007"})
    @DisplayName("a user name that is not valid for Basic authentication or for logs prevents the start")
    void invalidUserName(String user) {
        assertThat(errors(Map.of("BASIC_AUTH_USER", user, "BASIC_AUTH_PW_HASH", HASH))
                        .errors())
                .singleElement()
                .asString()
                .startsWith("auth.basic.user (BASIC_AUTH_USER) must be a name");
    }

    @ParameterizedTest
    @CsvSource({
        "http://id.example.com/keys, false",
        "http://10.0.0.1/keys, false",
        "https://user:pw@id.example.com/keys, false",
        "file:///etc/keys, false",
        "id.example.com, false",
        "http://127.0.0.1:3001/oidc/jwks, true",
        "http://localhost/keys, true",
        "https://id.example.com/keys, true"
    })
    @DisplayName("the JWKS URL must use https, or loopback")
    void jwksUrl(String address, boolean accepted) {
        Map<String, String> tokens = Map.of("JWT_ISSUER", "me", "JWT_AUDIENCE", "you", "JWT_JWKS_URL", address);
        if (accepted) {
            assertThat(readEnvironment(tokens).auth().jwt()).isPresent();
        } else {
            assertThat(errors(tokens).errors())
                    .singleElement()
                    .asString()
                    .startsWith("auth.jwt.jwks-url (JWT_JWKS_URL) must be an https URL");
        }
    }

    @Test
    @DisplayName("a secret reference that was not resolved prevents the start")
    void unresolved() {
        assertThat(errors(Map.of("DEV_MODE", "true", "OPENAI_API_KEY", "op://vault/openai/key"))
                        .errors())
                .singleElement()
                .asString()
                .contains("providers.openai.api-key (OPENAI_API_KEY) is an unresolved op:// reference", "op run");
    }

    @Test
    @DisplayName("any variable may name a file that holds its value")
    void fromFiles() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "sk-from-a-file\n");
        Path port = Files.writeString(directory.resolve("port"), "0\n");
        AppConfig config = readEnvironment(
                Map.of("DEV_MODE", "true", "OPENAI_API_KEY_FILE", key.toString(), "PORT_FILE", port.toString()));
        assertThat(config.providers())
                .singleElement()
                .satisfies(provider -> assertThat(provider.apiKey()).hasValue(new Secret("sk-from-a-file")));
        assertThat(config.http().port()).isZero();
    }

    @Test
    @DisplayName("a missing file and a setting given twice are errors")
    void badFiles() {
        Map<String, String> variables = new HashMap<>(DEV);
        variables.put("OPENAI_API_KEY_FILE", directory.resolve("nowhere").toString());
        variables.put("PORT", "1");
        variables.put("PARLEY_HTTP_PORT", "2");
        assertThat(errors(variables).errors())
                .containsExactlyInAnyOrder(
                        "OPENAI_API_KEY_FILE names a file that cannot be read: check that it exists and that this user may read it",
                        "PORT and PARLEY_HTTP_PORT set the same option: keep only one");
    }

    @Test
    @DisplayName("a blank variable counts as unset")
    void blank() {
        AppConfig config = readEnvironment(Map.of("DEV_MODE", "true", "PORT", "", "OPENAI_API_KEY", " "));
        assertThat(config.http().port()).isEqualTo(8080);
        assertThat(config.providers()).isEmpty();
    }

    @Test
    @DisplayName("secrets are masked in toString")
    void secretsAreNotPrinted() {
        AppConfig config = readEnvironment(Map.of(
                "DEV_MODE", "true", "ANTHROPIC_API_KEY", "sk-canary", "MONGODB_URI", "mongodb://u:canary@localhost"));
        assertThat(config.toString()).doesNotContain("canary").contains("***");
    }

    @Test
    @DisplayName("the log format has a default that LOG_FORMAT overrides")
    void logFormat() {
        assertThat(new ConfigReader(DEV, Format.TEXT, false)
                        .read(Map.of())
                        .log()
                        .format())
                .isEqualTo(Format.TEXT);
        assertThat(new ConfigReader(Map.of("DEV_MODE", "true", "LOG_FORMAT", "json"), Format.TEXT, false)
                        .read(Map.of())
                        .log()
                        .format())
                .isEqualTo(Format.JSON);
    }

    @Test
    @DisplayName("the dev-mode default applies only without configured authentication, and only on loopback")
    void readDevModeByDefault() {
        assertThat(readDevModeByDefault(Map.of()).auth().devMode()).isTrue();
        Map<String, String> logto = Map.of("LOGTO_ENDPOINT", "https://id.example.com", "LOGTO_RESOURCE", "api");
        assertThat(readDevModeByDefault(logto).auth().devMode()).isFalse();
        assertThatThrownBy(() -> readDevModeByDefault(Map.of("HOST", "0.0.0.0")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("on loopback only");
        assertThatThrownBy(() -> readDevModeByDefault(Map.of("LOGTO_ENDPOINT", "https://id.example.com")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("LOGTO_RESOURCE");
    }

    private static AppConfig readDevModeByDefault(Map<String, String> variables) {
        return new ConfigReader(variables, Format.JSON, true).read(Map.of());
    }

    private static AppConfig readEnvironment(Map<String, String> variables) {
        return new ConfigReader(variables, LogConfig.Format.JSON, false).read(Map.of());
    }

    private static ConfigException errors(Map<String, String> variables) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> readEnvironment(variables));
        assertThat(refused).as("the configuration is rejected").isNotNull();
        return refused;
    }

    @Test
    @DisplayName("an alias has its own candidates and strategy")
    void aliases() {
        GatewayConfig gateway = readSettings(Map.of(
                        "gateway.models.fast.targets", "demo/quick, openai",
                        "gateway.models.fast.strategy", "round-robin",
                        "gateway.requests-per-minute", "50",
                        "gateway.cache.max-temperature", "0.2"))
                .gateway();
        assertThat(gateway.models())
                .containsOnly(Map.entry(
                        "fast",
                        new GatewayConfig.Alias(List.of("demo/quick", "openai"), GatewayConfig.Strategy.ROUND_ROBIN)));
        assertThat(gateway.limits().requestsPerMinute()).hasValue(50);
        assertThat(gateway.limits().tokensPerMinute()).isEmpty();
        assertThat(gateway.cache().maxTemperature()).isEqualTo(0.2);
    }

    @Test
    @DisplayName("all errors of the gateway settings are reported, and they hide no other error")
    void gatewayMistakes() {
        assertThatThrownBy(() -> readSettings(Map.of(
                        "gateway.max-concurrent", "0",
                        "gateway.queue.size", "-1",
                        "gateway.breaker.failures", "30",
                        "gateway.models.slow.targets", "missing/x",
                        "gateway.strategy", "luck")))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refused -> assertThat(refused.errors()).hasSize(5));
    }

    @Test
    @DisplayName("a provider can have several models and a weight")
    void weights() {
        ProviderConfig provider = readSettings(Map.of(
                        "providers.mine.base-url", "http://127.0.0.1:1/v1",
                        "providers.mine.model", "a",
                        "providers.mine.models", "b,c",
                        "providers.mine.weight", "3"))
                .providers()
                .getFirst();
        assertThat(provider.weight()).isEqualTo(3);
        assertThat(List.of("a", "b", "c", "d")).filteredOn(provider::serves).containsExactly("a", "b", "c");
    }

    private static AppConfig readSettings(Map<String, String> settings) {
        return new ConfigReader(DEV, Format.JSON, false).read(settings);
    }
}
