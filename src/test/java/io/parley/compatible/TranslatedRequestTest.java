package io.parley.compatible;

import static io.parley.testing.ProviderWireFormat.ANTHROPIC;
import static io.parley.testing.ProviderWireFormat.OLLAMA;
import static io.parley.testing.ProviderWireFormat.OPENAI;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseTestClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A request to a provider of another format")
class TranslatedRequestTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/messages";
    private static final String GENERATE = "/api/v1/ai/generate";
    private static final String CONVERSATION = "/api/v1/conversations/stream";
    private static final String PNG = "data:image/png;base64,iVBORw0=";
    private static final JsonMapper JSON = new JsonMapper();

    @SuppressWarnings("NullAway.Init")
    private static MultiProviderTestApp server;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(data, Map.of("gateway.cache.size", "0B"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @DisplayName("may have empty arguments of a tool call")
    @EnumSource(names = {"ANTHROPIC", "OLLAMA"})
    void emptyArguments(ProviderWireFormat wire) throws Exception {
        JsonNode sent = sent(wire, CHAT, """
                "messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]},
                {"role":"tool","tool_call_id":"call_1","content":"ok"}]""");
        JsonNode call = wire == ANTHROPIC
                ? sent.at("/messages/1/content/0/input")
                : sent.at("/messages/1/tool_calls/0/function/arguments");
        assertThat(call.isObject()).as(sent.toString()).isTrue();
        assertThat(call).isEmpty();
    }

    @Test
    @DisplayName("goes without hints, which the answer names, streamed or not")
    void hints() throws Exception {
        String body = body(ANTHROPIC, """
                "messages":[{"role":"user","content":"hi"}],"user":"u1","metadata":{"a":"b"},"store":false,"seed":7,"temperature":0.5,
                "future_field":1""");
        HttpResponse<String> answer = post(ANTHROPIC, CHAT, body);
        assertThat(answer.headers().firstValue("x-parley-dropped"))
                .hasValue("user, metadata, store, future_field, seed, temperature");
        server.provider(ANTHROPIC).enqueue(ProviderScripts.answer(ANTHROPIC, "ok"));
        try (SseTestClient stream =
                server.app().http().stream("POST", CHAT, body.replace("\"seed\"", "\"stream\":true,\"seed\""))) {
            stream.remaining();
            assertThat(stream.header("x-parley-dropped"))
                    .hasValue("user, metadata, store, future_field, seed, temperature");
        }
        server.provider(ANTHROPIC).nextExchange();
        HttpResponse<String> plain =
                post(ANTHROPIC, CHAT, body(ANTHROPIC, "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"));
        assertThat(plain.headers().firstValue("x-parley-dropped")).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("is rejected by the name of what cannot be translated, without a provider call")
    @CsvSource(delimiter = '|', textBlock = """
            "service_tier":"flex"                   | service_tier
            "chat_template_kwargs":{"a":true}       | chat_template_kwargs
            "logprobs":true                         | logprobs
            """)
    void rejected(String field, String param) throws Exception {
        int calls = server.provider(ANTHROPIC).exchanges().size();
        HttpResponse<String> answer = server.app()
                .http()
                .post(CHAT, body(ANTHROPIC, "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + field));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(HttpTestClient.json(answer).at("/error/param").asText()).isEqualTo(param);
        assertThat(server.provider(ANTHROPIC).exchanges()).hasSize(calls);
    }

    @Test
    @DisplayName("may have a text of several MiB and a schema with long names")
    void longText() throws Exception {
        String text = "x".repeat(3 << 20);
        String name = "n".repeat(300);
        JsonNode sent = sent(OLLAMA, CHAT, """
                "messages":[{"role":"user","content":"%s"}],
                "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"%s":{}}}}}]""".formatted(text, name));
        assertThat(sent.at("/messages/0/content").asText()).isEqualTo(text);
        assertThat(sent.at("/tools/0/function/parameters/properties").has(name)).isTrue();
    }

    @ParameterizedTest
    @DisplayName("has its picture in the provider's format")
    @CsvSource(delimiter = '|', textBlock = """
            ANTHROPIC | /messages/0/content/1/source/data
            OLLAMA    | /messages/0/images/0
            """)
    void pictures(ProviderWireFormat wire, String pointer) throws Exception {
        JsonNode sent = sent(wire, CHAT, """
                "messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},
                {"type":"image_url","image_url":{"url":"%s"}}]}]""".formatted(PNG));
        assertThat(sent.at(pointer).asText()).isEqualTo("iVBORw0=");
    }

    @Test
    @DisplayName("has the pictures and documents of Anthropic's format as parts of OpenAI's")
    void anthropicPictures() throws Exception {
        JsonNode sent = sent(OPENAI, MESSAGES, """
                "max_tokens":9,"messages":[{"role":"user","content":[
                {"type":"image","source":{"type":"url","url":"https://pictures.example/a.jpg"}},
                {"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}]}]""");
        assertThat(sent.at("/messages/0/content/0/image_url/url").asText()).isEqualTo("https://pictures.example/a.jpg");
        assertThat(sent.at("/messages/0/content/1/file/file_data").asText())
                .isEqualTo("data:application/pdf;base64,JVBERg==");
    }

    @ParameterizedTest
    @DisplayName("is rejected if the provider has no such part")
    @CsvSource(delimiter = '|', textBlock = """
            OLLAMA    | {"type":"image_url","image_url":{"url":"https://pictures.example/a.jpg"}}           | images by URL
            OLLAMA    | {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}} | documents
            ANTHROPIC | {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}                 | audio
            """)
    void unsupportedPart(ProviderWireFormat wire, String part, String word) throws Exception {
        String body = body(wire, "\"fallback\":false,\"messages\":[{\"role\":\"user\",\"content\":[" + part + "]}]");
        HttpResponse<String> answer = server.app().http().post(CHAT, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = HttpTestClient.json(answer).path("error");
        assertThat(error.path("param").asText()).isEqualTo("messages[0].content[0]");
        assertThat(error.path("message").asText()).contains(word);
    }

    @Test
    @DisplayName("has the reasoning of earlier turns where the provider can use it")
    void reasoningOfEarlierTurns() throws Exception {
        String thinking = """
                "max_tokens":9,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[
                {"type":"thinking","thinking":"hm","signature":"SIG"},{"type":"text","text":"Hello"}]},
                {"role":"user","content":"And?"}]""";
        assertThat(sent(OPENAI, MESSAGES, thinking)
                        .at("/messages/1/reasoning_content")
                        .asText())
                .isEqualTo("hm");
        assertThat(sent(OLLAMA, MESSAGES, thinking).at("/messages/1/thinking").asText())
                .isEqualTo("hm");
    }

    @Test
    @DisplayName("asks for reasoning in the provider's words")
    void reasoning() throws Exception {
        String thinking = """
                "max_tokens":2048,"thinking":{"type":"enabled","budget_tokens":1024},
                "messages":[{"role":"user","content":"hi"}]""";
        assertThat(sent(OPENAI, MESSAGES, thinking).path("reasoning_effort").asText())
                .isEqualTo("low");
        assertThat(sent(OLLAMA, MESSAGES, thinking).path("think").asText()).isEqualTo("low");
        String effort = "\"reasoning_effort\":\"high\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
        JsonNode anthropic = sent(ANTHROPIC, CHAT, effort);
        assertThat(anthropic.at("/thinking/type").asText()).isEqualTo("adaptive");
        assertThat(anthropic.at("/output_config/effort").asText()).isEqualTo("high");
    }

    @Test
    @DisplayName("of the server's own format may contain images, files and reasoning")
    void ownFormat() throws Exception {
        JsonNode sent = sent(ANTHROPIC, GENERATE, """
                "thinking":true,"messages":[{"role":"user","content":[{"type":"text","text":"Look"},
                {"type":"image","media_type":"image/png","data":"iVBORw0="},
                {"type":"file","url":"https://files.example/a.pdf","name":"a.pdf"}]}]""");
        assertThat(sent.at("/messages/0/content/1/source/media_type").asText()).isEqualTo("image/png");
        assertThat(sent.at("/messages/0/content/2/title").asText()).isEqualTo("a.pdf");
        assertThat(sent.at("/thinking/type").asText()).isEqualTo("adaptive");
        assertThat(sent.at("/max_tokens").asInt()).isEqualTo(9192);
    }

    @ParameterizedTest
    @DisplayName("of the server's own format is rejected with the position of an invalid part")
    @CsvSource(delimiter = '|', textBlock = """
            user      | {"type":"image"}                                            | /messages/0/content/0/url
            user      | {"type":"image","data":"iVBORw0="}                          | /messages/0/content/0/media_type
            user      | {"type":"image","url":"http://127.0.0.1/a"}                 | /messages/0/content/0/url
            user      | {"type":"image","url":"https://a.example/a","x":1}          | /messages/0/content/0/x
            user      | {"type":"video","url":"https://a.example/a"}                | /messages/0/content/0/type
            user      | {"type":"text","text":" "}                                  | /messages/0/content/0/text
            assistant | {"type":"image","url":"https://a.example/a"}                | /messages/0/content
            """)
    void invalidOwnPart(String role, String part, String pointer) throws Exception {
        HttpResponse<String> answer = server.app().http().post(GENERATE, """
                {"messages":[{"role":"%s","content":[%s]},{"role":"user","content":"hi"}]}""".formatted(role, part));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(HttpTestClient.json(answer).path("errors"))
                .extracting(error -> error.path("pointer").asText())
                .contains(pointer);
    }

    @Test
    @DisplayName("that starts a chat stores its images, shows them in the transcript, and exports them")
    void chat() throws Exception {
        server.provider(OLLAMA).enqueue(ProviderScripts.answer(OLLAMA, "A cat"));
        String content = """
                [{"type":"text","text":"What is it?"},{"type":"image","media_type":"image/png","data":"iVBORw0="}]""";
        String run;
        try (SseTestClient stream = server.app().http().stream("POST", CONVERSATION, """
                {"context_id":"default","provider":"ollama","extract_flows":false,
                "messages":[{"role":"user","content":%s}]}""".formatted(content))) {
            assertThat(stream.remaining())
                    .last()
                    .extracting(event -> event.name())
                    .isEqualTo("done");
            run = stream.header("x-run-id").orElseThrow();
        }
        assertThat(json(server.provider(OLLAMA).nextExchange().body())
                        .findPath("images")
                        .toString())
                .isEqualTo("[\"iVBORw0=\"]");
        JsonNode transcript = HttpTestClient.json(server.app().http().get("/api/v1/conversations/" + run));
        assertThat(transcript.at("/messages/0/content")).isEqualTo(json(content));
        assertThat(transcript.at("/messages/1/content").asText()).isEqualTo("A cat");
        String export = "/api/export/" + run + ".";
        String archive = server.app().http().get(export + "json").body();
        JsonNode copy = HttpTestClient.json(server.app().http().post("/api/import", archive));
        JsonNode imported = HttpTestClient.json(server.app()
                .http()
                .get("/api/v1/conversations/" + copy.path("id").asText()));
        assertThat(imported.path("messages")).isEqualTo(transcript.path("messages"));
        assertThat(server.app().http().get(export + "txt").body()).contains("[image: image/png]");
    }

    @Test
    @DisplayName("that starts a chat may have 100 messages of 10,000 characters")
    void largeChat() throws Exception {
        server.provider(OLLAMA).enqueue(ProviderScripts.answer(OLLAMA, "ok"));
        String message = ",{\"role\":\"user\",\"content\":\"" + "\u4e2d".repeat(10_000) + "\"}";
        try (SseTestClient stream = server.app().http().stream(
                "POST", CONVERSATION, """
                {"context_id":"default","provider":"ollama","extract_flows":false,"messages":[%s]}""".formatted(message.repeat(100).substring(1)))) {
            assertThat(stream.remaining())
                    .last()
                    .extracting(event -> event.name())
                    .isEqualTo("done");
        }
        server.provider(OLLAMA).nextExchange();
    }

    /** What the provider gets for a request with these fields. */
    private static JsonNode sent(ProviderWireFormat wire, String path, String fields) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.answer(wire, "ok"));
        HttpResponse<String> answer = server.app().http().post(path, body(wire, fields));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(server.provider(wire).nextExchange().body());
    }

    private static HttpResponse<String> post(ProviderWireFormat wire, String path, String body) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.answer(wire, "ok"));
        HttpResponse<String> answer = server.app().http().post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        server.provider(wire).nextExchange();
        return answer;
    }

    private static String body(ProviderWireFormat wire, String fields) {
        return "{\"model\":\"" + MultiProviderTestApp.model(wire) + "\"," + fields + "}";
    }

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text);
    }
}
