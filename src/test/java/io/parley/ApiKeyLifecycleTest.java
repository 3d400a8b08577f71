package io.parley;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.HttpTestClient;
import io.parley.testing.IdentityProvider;
import io.parley.testing.TestApp;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A whole server whose clients authenticate with API keys. */
class ApiKeyLifecycleTest {

    private static final String KEYS = "/api/v1/admin/keys";
    /** Paths that accept API keys but do not exist: an authenticated caller gets 404. */
    private static final List<String> UNKNOWN_PATHS = List.of("/v1/nothing", "/api/v1/ai/nothing", "/ai/nothing");

    @TempDir
    private Path data;

    private IdentityProvider identities;
    private TestApp app;

    @BeforeEach
    void start() throws Exception {
        identities = IdentityProvider.start();
        app = TestApp.start(data, identities.settingsWithRoot());
    }

    @AfterEach
    void stop() throws Exception {
        app.close();
        identities.close();
    }

    @Test
    @DisplayName("a key is shown once, and authenticates in both headers, on the routes for programs only")
    void authenticates() throws Exception {
        JsonNode created = create("{\"name\":\"ci\"}");
        String key = created.get("key").asText();
        for (String path : UNKNOWN_PATHS) {
            assertThat(status(path, "Authorization", "Bearer " + key)).as(path).isEqualTo(404);
            assertThat(status(path, "x-api-key", key)).as(path).isEqualTo(404);
            assertThat(status(path, "x-api-key", key, "Authorization", "Bearer " + key))
                    .as(path)
                    .isEqualTo(404);
        }
        for (String path : List.of("/api/v1/contexts", "/api/runs", KEYS, "/api/v1/aid", "/api/nothing")) {
            assertThat(status(path, "Authorization", "Bearer " + key)).as(path).isEqualTo(401);
            assertThat(status(path, "x-api-key", key)).as(path).isEqualTo(401);
        }
        assertThat(list().toString()).contains("\"ci\"").doesNotContain(key, "digest");
    }

    @Test
    @DisplayName("every invalid key gets the same response, byte for byte except for the request id")
    void sameResponse() throws Exception {
        String key = create("{\"name\":\"ci\"}").get("key").asText();
        JsonNode other = create("{\"name\":\"old\"}");
        assertThat(app.http()
                        .delete(KEYS + "/" + other.get("id").asText(), "Authorization", adminAuthorization())
                        .statusCode())
                .isEqualTo(204);
        Set<String> answers = new HashSet<>();
        for (String[] credentials : List.of(
                new String[] {"x-api-key", key + "x"},
                new String[] {"x-api-key", key.substring(1)},
                new String[] {"x-api-key", "sk-parley-" + "x".repeat(43)},
                new String[] {"x-api-key", other.get("key").asText()},
                new String[] {"Authorization", "Bearer " + other.get("key").asText()},
                new String[] {
                    "x-api-key",
                    key,
                    "Authorization",
                    "Bearer " + other.get("key").asText()
                },
                new String[] {"x-api-key", key, "Authorization", identities.bearer("ada")},
                new String[] {})) {
            String[] headers = Stream.concat(Stream.of("X-Request-Id", "same"), Stream.of(credentials))
                    .toArray(String[]::new);
            HttpResponse<String> answer = app.http().get("/v1/models", headers);
            assertThat(answer.statusCode()).as(String.join(" ", credentials)).isEqualTo(401);
            answers.add(answer.body());
        }
        assertThat(answers).hasSize(1);
    }

    @Test
    @DisplayName("a revoked key is rejected from then on, and can be revoked only once")
    void revoked() throws Exception {
        JsonNode created = create("{\"name\":\"ci\"}");
        String key = created.get("key").asText();
        String path = KEYS + "/" + created.get("id").asText();
        assertThat(status("/v1/nothing", "x-api-key", key)).isEqualTo(404);
        assertThat(app.http()
                        .delete(path, "Authorization", adminAuthorization())
                        .statusCode())
                .isEqualTo(204);
        assertThat(status("/v1/nothing", "x-api-key", key)).isEqualTo(401);
        assertThat(app.http()
                        .delete(path, "Authorization", adminAuthorization())
                        .statusCode())
                .isEqualTo(404);
        assertThat(list().get("data")).isEmpty();
    }

    @Test
    @DisplayName("only administrators manage keys")
    void admins() throws Exception {
        String user = identities.bearer("ada");
        assertThat(status(KEYS, "Authorization", user)).isEqualTo(403);
        assertThat(app.http()
                        .post(KEYS, "{\"name\":\"mine\"}", "Authorization", user)
                        .statusCode())
                .isEqualTo(403);
        assertThat(app.http().delete(KEYS + "/key_1", "Authorization", user).statusCode())
                .isEqualTo(403);
        assertThat(app.http().post(KEYS, "{\"name\":\"mine\"}").statusCode()).isEqualTo(401);
        assertThat(list().get("data")).isEmpty();
    }

    @Test
    @DisplayName("a key gets the permissions that were requested, and all invalid fields are reported at once")
    void policy() throws Exception {
        JsonNode created = create("{\"name\":\"ci\",\"allowed_models\":[\"openai/*\",\"demo\"],\"daily_usd\":0.29,"
                + "\"requests_per_minute\":5,\"tokens_per_minute\":600,\"expires_at\":\"2100-01-01T00:00:00Z\"}");
        assertThat(created.get("allowed_models")).extracting(JsonNode::asText).containsExactly("demo", "openai/*");
        assertThat(created.get("requests_per_minute").asInt()).isEqualTo(5);
        assertThat(created.get("expires_at").asText()).isEqualTo("2100-01-01T00:00:00Z");
        HttpResponse<String> answer = app.http()
                .post(
                        KEYS,
                        "{\"allowed_models\":[\"a\\tb\",7],\"daily_usd\":-1,\"requests_per_minute\":0,"
                                + "\"expires_at\":\"tomorrow\",\"digest\":\"x\"}",
                        "Authorization",
                        adminAuthorization());
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(HttpTestClient.json(answer).get("errors"))
                .extracting(error -> error.get("pointer").asText())
                .containsExactlyInAnyOrder(
                        "/name",
                        "/allowed_models/0",
                        "/allowed_models/1",
                        "/daily_usd",
                        "/requests_per_minute",
                        "/expires_at",
                        "/digest");
    }

    @Test
    @DisplayName("a key appears in no log line and in no file of the store")
    void secret() throws Exception {
        Logger logs = (Logger) LoggerFactory.getLogger("io.parley");
        Level before = logs.getLevel();
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logs.addAppender(lines);
        logs.setLevel(Level.TRACE);
        String key;
        try {
            key = create("{\"name\":\"ci\"}").get("key").asText();
            status("/v1/nothing", "x-api-key", key);
            status("/v1/nothing", "Authorization", "Bearer " + key);
            status("/v1/nothing", "x-api-key", key + "x");
            status("/api/v1/contexts", "x-api-key", key);
            status("/v1/nothing?api_key=" + key);
        } finally {
            logs.setLevel(before);
            logs.detachAppender(lines);
        }
        String random = key.substring("sk-parley-".length());
        assertThat(List.copyOf(lines.list))
                .isNotEmpty()
                .noneMatch(line -> (line.getFormattedMessage() + line.getKeyValuePairs() + line.getMDCPropertyMap())
                        .contains(random));
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(random);
            }
        }
    }

    private JsonNode create(String body) throws Exception {
        HttpResponse<String> answer = app.http().post(KEYS, body, "Authorization", adminAuthorization());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        return HttpTestClient.json(answer);
    }

    private JsonNode list() throws Exception {
        return HttpTestClient.json(app.http().get(KEYS, "Authorization", adminAuthorization()));
    }

    private int status(String path, String... headers) throws Exception {
        return app.http().get(path, headers).statusCode();
    }

    private static String adminAuthorization() {
        return IdentityProvider.ROOT;
    }
}
