package io.parley.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Paths without a route")
final class UnknownRouteTest {

    private static HttpTestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = HttpTestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @DisplayName("of OpenAI's API get an error in its format that says what Parley does not offer")
    @CsvSource({
        "POST, /v1/files, files",
        "GET, /v1/files/file-1/content, files",
        "POST, /v1/batches, batches",
        "POST, /v1/audio/speech, audio",
        "POST, /v1/audio/transcriptions, audio",
        "POST, /v1/images/generations, images",
        "POST, /v1/moderations, moderations",
        "POST, /v1/fine_tuning/jobs, fine-tuning",
        "POST, /v1/assistants, assistants",
        "POST, /v1/threads/runs, threads",
        "POST, /v1/vector_stores, vector stores"
    })
    void notOffered(String method, String path, String name) throws Exception {
        JsonNode error = HttpJson.of(server.client.send(method, path, method.equals("GET") ? "" : "{}"), 404)
                .get("error");
        assertThat(error.get("message").asText()).contains("Parley does not offer " + name);
        assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.get("code").asText()).isEqualTo("not_found");
    }

    @ParameterizedTest
    @DisplayName("of a wrong base URL get an error in OpenAI's format that names the right ones")
    @ValueSource(
            strings = {
                "/chat/completions",
                "/completions",
                "/responses",
                "/responses/resp_1",
                "/models",
                "/models/gpt-5-mini",
                "/embeddings",
                "/files",
                "//chat/completions",
                "//v1/chat/completions",
                "//v1/models",
                "/v1//chat/completions",
                "/v1/v1/chat/completions",
                "/v1/v1/models",
                "/v1/chat/completions/chat/completions",
                "/v1/chat/completions/models"
            })
    void wrongBaseUrl(String path) throws Exception {
        for (String method : new String[] {"GET", "POST"}) {
            JsonNode error = HttpJson.of(server.client.send(method, path, method.equals("GET") ? "" : "{}"), 404)
                    .get("error");
            String origin = "http://127.0.0.1:" + server.port;
            assertThat(error.get("message").asText())
                    .as(method + " " + path)
                    .contains(origin + "/v1 for OpenAI clients", origin + " for Anthropic clients");
        }
    }

    @ParameterizedTest
    @DisplayName("of Anthropic's API get an error in its format")
    @ValueSource(
            strings = {
                "/messages",
                "//v1/messages",
                "/v1/v1/messages",
                "/messages/count_tokens",
                "/v1/messages/v1/messages"
            })
    void anthropic(String path) throws Exception {
        JsonNode body = HttpJson.of(server.client.send("POST", path, "{}"), 404);
        assertThat(body.get("type").asText()).isEqualTo("error");
        assertThat(body.get("error").get("type").asText()).isEqualTo("not_found_error");
        assertThat(body.get("error").get("message").asText())
                .contains("http://127.0.0.1:" + server.port + " for Anthropic clients");
    }

    @ParameterizedTest
    @DisplayName("of other programs stay plain")
    @ValueSource(
            strings = {"/", "/chat", "/modelsx", "/filesystem", "/v1/unknown", "/api/v1/files", "//api/v1/contexts"})
    void others(String path) throws Exception {
        String body = server.client.send("GET", path, "").body();
        assertThat(body).doesNotContain("base URL").doesNotContain("does not offer");
    }

    @Test
    @DisplayName("name the host that the client used, and the scheme of the proxy")
    void origin() throws Exception {
        try (RawHttpClient client = RawHttpClient.connect(server.port)) {
            String response = client.send("GET /models HTTP/1.1\r\nHost: ai.example.com\r\nX-Forwarded-Proto: https"
                            + "\r\nConnection: close\r\n\r\n")
                    .readAll();
            assertThat(response).contains("https://ai.example.com/v1 for OpenAI clients");
        }
    }
}
