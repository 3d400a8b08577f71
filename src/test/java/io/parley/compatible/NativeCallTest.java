package io.parley.compatible;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.FakeProviderExchange;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Native calls")
class NativeCallTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/messages";

    /** Fields, events and white space that Parley does not know. */
    private static final String CHAT_STREAM = """
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-x","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"obfuscation":"aGk"}

            data: {"id":"c","choices":[{"index":1,"delta":{"content":"B\\u00e4"},"logprobs":{"content":[{"token":"B","logprob":-0.1}]}}]}

            data: { "id" : "c" , "choices":[{"index":0,"delta":{"content":"A","annotations":[{"type":"url_citation"}]},"finish_reason":null}] }

            event: future
            data: {"tomorrow":true}

            data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"},{"index":1,"delta":{},"finish_reason":"stop"}]}

            """;

    private static final String USAGE = """
            data: {"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":2,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":4}},"x":1}

            """;

    private static final String DONE = "data: [DONE]\n\n";

    @SuppressWarnings("NullAway.Init")
    private static MultiProviderTestApp server;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(
                data,
                Map.of(
                        "gateway.models.any.targets", "openai/m-1,anthropic/m-1",
                        "gateway.models.translated.targets", "anthropic/m-1"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName(
            "a chat stream and its request pass byte for byte, but for the model and the usage that was not asked for")
    void chatStream() throws Exception {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(exchange ->
                        exchange.startStream(ProviderWireFormat.OPENAI).finish(CHAT_STREAM + USAGE + DONE));
        HttpResponse<String> answer = post(CHAT, """
                { "messages" : [{"role":"user","content":"h\\u0069", "name":"ann"}], "n":2,
                  "model" : "openai/m-1" , "stream":true, "brand_new":{"b":[1, 2.50]}, "logprobs":true }""");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(withoutComments(answer.body())).isEqualTo(CHAT_STREAM + DONE);
        FakeProviderExchange exchange = last(ProviderWireFormat.OPENAI);
        assertThat(exchange.path()).isEqualTo("/v1/chat/completions");
        assertThat(exchange.body()).isEqualTo("""
                { "messages" : [{"role":"user","content":"h\\u0069", "name":"ann"}], "n":2,
                  "model" : "m-1" , "stream":true, "brand_new":{"b":[1, 2.50]}, "logprobs":true ,"stream_options":{"include_usage":true}}""");
        assertThat(answer.headers().firstValue("x-parley-provider")).hasValue("openai");
    }

    @Test
    @DisplayName("a client that asks for the usage gets it as it came")
    void usage() throws Exception {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(exchange ->
                        exchange.startStream(ProviderWireFormat.OPENAI).finish(CHAT_STREAM + USAGE + DONE));
        String body = """
                {"model":"openai/m-1","stream":true,"stream_options":{"include_usage":true,"x":1},"messages":[{"role":"user","content":"hi"}]}""";
        HttpResponse<String> answer = post(CHAT, body);
        assertThat(withoutComments(answer.body())).isEqualTo(CHAT_STREAM + USAGE + DONE);
        assertThat(last(ProviderWireFormat.OPENAI).body()).isEqualTo(body.replace("openai/m-1", "m-1"));
    }

    @Test
    @DisplayName("an answer that is not streamed is asked for and passed on as one body")
    void chatWhole() throws Exception {
        String whole = """
                { "id":"c", "object":"chat.completion", "model":"gpt-x", "choices":[{"index":0, "message":{"role":"assistant","content":null,
                "refusal":"no","annotations":[]},"logprobs":null,"finish_reason":"stop"}],
                "usage":{"prompt_tokens":11,"completion_tokens":2,"total_tokens":13},"tomorrow":[1] }""";
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(exchange -> exchange.respond(200, whole, "content-type: application/json"));
        HttpResponse<String> answer = post(CHAT, """
                {"model":"openai/m-1","messages":[{"role":"user","content":"hi"}],"top_k":3}""");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        assertThat(answer.body()).isEqualTo(whole);
        assertThat(last(ProviderWireFormat.OPENAI).body()).isEqualTo("""
                {"model":"m-1","messages":[{"role":"user","content":"hi"}],"top_k":3}""");
    }

    @Test
    @DisplayName(
            "Anthropic's messages pass with the client's version and beta, cache control, thinking and unknown blocks")
    void messages() throws Exception {
        String events = """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m-1","content":[],"usage":{"input_tokens":11,"cache_read_input_tokens":100,"output_tokens":1}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: content_block_start
                data: {"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","content":[{"a":1}]}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":1}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"END"},"usage":{"output_tokens":7}}

                event: message_stop
                data: {"type":"message_stop"}

                """;
        server.provider(ProviderWireFormat.ANTHROPIC)
                .enqueue(exchange ->
                        exchange.startStream(ProviderWireFormat.ANTHROPIC).finish(events));
        String body = """
                {"model":"anthropic/m-1","max_tokens":2000,"stream":true,"thinking":{"type":"enabled","budget_tokens":1024},
                "system":[{"type":"text","text":"BIG","cache_control":{"type":"ephemeral"}}],
                "tools":[{"type":"web_search_20250305","name":"web_search"}],
                "messages":[{"role":"user","content":"hi"}]}""";
        HttpResponse<String> answer =
                post(MESSAGES, body, "anthropic-version", "2023-06-01", "anthropic-beta", "context-1m");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(withoutComments(answer.body())).isEqualTo(events);
        FakeProviderExchange exchange = last(ProviderWireFormat.ANTHROPIC);
        assertThat(exchange.body()).isEqualTo(body.replace("anthropic/m-1", "m-1"));
        assertThat(exchange.header("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(exchange.header("anthropic-beta")).isEqualTo("context-1m");
        assertThat(exchange.header("x-api-key")).isEqualTo("k");
    }

    @Test
    @DisplayName(
            "a provider that fails before its first word is replaced, but only by one that can answer the whole request")
    void fallback() throws Exception {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.errorResponse(500, "{}"))
                .enqueue(ProviderScripts.errorResponse(500, "{}"));
        HttpResponse<String> translated = post(CHAT, """
                {"model":"any","messages":[{"role":"user","content":"hi"}]}""");
        assertThat(translated.statusCode()).as(translated.body()).isEqualTo(200);
        assertThat(translated.headers().firstValue("x-parley-provider")).hasValue("anthropic");
        assertThat(new JsonObject(translated.body()).getString("object")).isEqualTo("chat.completion");
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.errorResponse(500, "{}"))
                .enqueue(ProviderScripts.errorResponse(500, "{}"))
                .enqueue(ProviderScripts.errorResponse(500, "{}"));
        HttpResponse<String> untranslatable = post(CHAT, """
                {"model":"any","logprobs":true,"messages":[{"role":"user","content":"hi"}]}""");
        assertThat(untranslatable.statusCode()).isEqualTo(502);
        assertThat(server.provider(ProviderWireFormat.ANTHROPIC).exchanges())
                .noneMatch(exchange -> exchange.body().contains("logprobs"));
    }

    @Test
    @DisplayName("a request that only its own format can say is a 400 naming the parameter where no such provider is")
    void untranslatable() throws Exception {
        HttpResponse<String> answer = post(CHAT, """
                {"model":"translated","logprobs":true,"messages":[{"role":"user","content":"hi"}]}""");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("param"))
                .isEqualTo("logprobs");
    }

    @Test
    @DisplayName("an answer that breaks off ends with the error of the format")
    void truncated() throws Exception {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                        .write(CHAT_STREAM.substring(0, CHAT_STREAM.indexOf("event: future")))
                        .truncate());
        HttpResponse<String> answer = post(CHAT, """
                {"model":"openai/m-1","stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(withoutComments(answer.body()))
                .startsWith(CHAT_STREAM.substring(0, CHAT_STREAM.indexOf("event: future")))
                .contains("data: {\"error\":{")
                .endsWith(DONE);
    }

    @Test
    @DisplayName("a broken answer of Anthropic has an error event and no message_stop")
    void truncatedMessages() throws Exception {
        server.provider(ProviderWireFormat.ANTHROPIC)
                .enqueue(ProviderScripts.truncate(ProviderWireFormat.ANTHROPIC, "one"));
        HttpResponse<String> answer = post(MESSAGES, """
                {"model":"anthropic/m-1","max_tokens":20,"stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        assertThat(answer.body()).contains("event: error\n").contains("\"one\"").doesNotContain("message_stop");
    }

    @Test
    @DisplayName("two bodies share an answer only if they are equal to the last byte")
    void cache() throws Exception {
        String body = """
                {"model":"openai/m-1","temperature":0,"messages":[{"role":"user","content":"cached?"}],"top_k":%d}""";
        HttpResponse<String> first = post(CHAT, body.formatted(1));
        HttpResponse<String> second = post(CHAT, body.formatted(1));
        HttpResponse<String> other = post(CHAT, body.formatted(2));
        assertThat(first.headers().firstValue("x-parley-cache")).hasValue("miss");
        assertThat(second.headers().firstValue("x-parley-cache")).hasValue("hit");
        assertThat(other.headers().firstValue("x-parley-cache")).hasValue("miss");
    }

    @Test
    @DisplayName("Parley's own fields are not passed on")
    void ownFields() throws Exception {
        post(CHAT, """
                {"model":"openai/m-1","priority":"batch","messages":[{"role":"user","content":"hi"}],"fallback":false}""");
        assertThat(last(ProviderWireFormat.OPENAI).body()).isEqualTo("""
                {"model":"m-1","messages":[{"role":"user","content":"hi"}]}""");
    }

    @Test
    @DisplayName("a large body passes byte for byte, and is checked as a small one is")
    void large() throws Exception {
        String body = """
                {"model":"openai/m-1","messages":[{"role":"user","content":"%s"}]}""".formatted("x".repeat(3 << 20));
        assertThat(post(CHAT, body).statusCode()).isEqualTo(200);
        assertThat(last(ProviderWireFormat.OPENAI).body()).isEqualTo(body.replace("openai/m-1", "m-1"));
        HttpResponse<String> malformed = post(CHAT, body.substring(0, body.length() - 1));
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).contains("the body is not strict JSON");
    }

    @Test
    @DisplayName(
            "an answer that ends with nothing but its end mark is tried again, and is an error if nothing else comes")
    void nothingButTheEnd() throws Exception {
        String role = """
                data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

                """;
        for (int attempt = 0; attempt < 3; attempt++) {
            server.provider(ProviderWireFormat.OPENAI)
                    .enqueue(exchange ->
                            exchange.startStream(ProviderWireFormat.OPENAI).finish(role + DONE));
        }
        HttpResponse<String> answer = post(CHAT, """
                {"model":"openai/m-1","stream":true,"fallback":false,"messages":[{"role":"user","content":"hi"}]}""");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).doesNotContain("[DONE]");
    }

    @Test
    @DisplayName("a provider that repeats the API key in its error does not reveal it")
    void apiKeyInError() throws Exception {
        server.provider(ProviderWireFormat.OPENAI).enqueue(ProviderScripts.errorResponse(400, """
                        {"error":{"message":"x","param":"sk-abc-123","code":"sk-abc-123"}}"""));
        assertThat(post(CHAT, """
                {"model":"openai/m-1","messages":[{"role":"user","content":"hi"}]}""").body()).doesNotContain("sk-abc");
    }

    @Test
    @DisplayName("thinking blocks that no provider has signed are left out for Anthropic")
    void unsignedThinking() throws Exception {
        post(MESSAGES, """
                {"model":"anthropic/m-1","max_tokens":20,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[
                {"type":"thinking","thinking":"theirs","signature":""},{"type":"thinking","thinking":"own","signature":"SIG"},
                {"type":"text","text":"hello"}]},{"role":"user","content":"next"}]}""");
        assertThat(last(ProviderWireFormat.ANTHROPIC).body())
                .contains("own", "SIG")
                .doesNotContain("theirs");
    }

    private static HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpTestClient http = server.app().http();
        return http.post(path, body, headers);
    }

    /** The request that the provider got last; the answer to it has arrived. */
    private static FakeProviderExchange last(ProviderWireFormat wire) {
        return server.provider(wire).exchanges().getLast();
    }

    private static String withoutComments(String stream) {
        return stream.replaceAll("(?m)^:.*\\n\\n?", "");
    }
}
