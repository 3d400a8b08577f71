package io.parley.compatible;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.FakeProvider;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded responses of providers ({@code formats/*.http}) through a whole server. */
@DisplayName("A provider's answer in an unusual form")
class ProviderFormsTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/messages";
    private static final String AI = "/api/v1/ai/generate";

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

    @BeforeEach
    void reset() {
        for (ProviderWireFormat wire : ProviderWireFormat.values()) {
            server.provider(wire)
                    .defaultScript(exchange -> exchange.raw("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @DisplayName("is read like any other, streamed or not, by clients of every format")
    @ValueSource(strings = {"content-array", "content-type", "done-space", "json-instead-of-stream"})
    void hello(String form) throws Exception {
        play(ProviderWireFormat.OPENAI, form);
        for (String stream : List.of("", ",\"stream\":true")) {
            HttpResponse<String> chat = post(CHAT, "openai", stream);
            assertThat(chat.statusCode()).as(chat.body()).isEqualTo(200);
            assertThat(chat.body()).contains("Hello world").doesNotContain("error");
            HttpResponse<String> message = post(MESSAGES, "openai", ",\"max_tokens\":50" + stream);
            assertThat(message.statusCode()).as(message.body()).isEqualTo(200);
            assertThat(message.body()).contains("Hello world", "end_turn").doesNotContain("error");
        }
        JsonObject answer = new JsonObject(post(AI, "openai", "").body());
        assertThat(answer.getString("content")).isEqualTo("Hello world");
        assertThat(answer.getString("finish_reason")).isEqualTo("stop");
        assertThat(answer.getJsonObject("usage").getInteger("input_tokens")).isEqualTo(11);
    }

    @Test
    @DisplayName("that is only [DONE] is tried again, and is an error if nothing else comes")
    void bareDone() throws Exception {
        FakeProvider provider = server.provider(ProviderWireFormat.OPENAI);
        play(ProviderWireFormat.OPENAI, "bare-done");
        int before = provider.exchanges().size();
        assertThat(post(AI, "openai", "").statusCode()).isEqualTo(502);
        assertThat(provider.exchanges().size() - before).isEqualTo(3);
        byte[] bytes = recorded("bare-done");
        provider.enqueue(exchange -> exchange.raw(bytes).truncate());
        play(ProviderWireFormat.OPENAI, "content-type");
        assertThat(new JsonObject(post(AI, "openai", "").body()).getString("content"))
                .isEqualTo("Hello world");
    }

    @ParameterizedTest
    @DisplayName("has its tool calls, whenever their names come and whatever identifies them")
    @CsvSource(delimiter = '|', textBlock = """
            late-tool-name    | bash {"command":"ls"}
            no-index-with-ids | f {"x":1}, g {"y":2}
            """)
    void toolCalls(String form, String expected) throws Exception {
        play(ProviderWireFormat.OPENAI, form);
        JsonObject completion = new JsonObject(post(CHAT, "openai", "").body());
        JsonArray calls = completion
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message")
                .getJsonArray("tool_calls");
        assertThat(calls.stream()
                        .map(call -> ((JsonObject) call).getJsonObject("function"))
                        .map(function -> function.getString("name") + " " + function.getString("arguments")))
                .containsExactly(expected.split(", "));
        HttpResponse<String> stream = post(MESSAGES, "openai", ",\"max_tokens\":50,\"stream\":true");
        assertThat(toolBlocks(stream.body())).containsExactly(expected.split(", "));
    }

    @Test
    @DisplayName("has one block for each tool call, also for those without arguments")
    void phantomBlocks() throws Exception {
        play(ProviderWireFormat.ANTHROPIC, "phantom-tool-blocks");
        String stream = post(MESSAGES, "anthropic", ",\"max_tokens\":50,\"stream\":true")
                .body();
        assertThat(toolBlocks(stream)).as("as the provider sent them").containsExactly("now ", "here ");
        assertThat(stream).contains("Checking.").doesNotContain("\"id\":\"\"", "\"name\":\"\"");
        JsonArray content =
                new JsonObject(post(MESSAGES, "anthropic", ",\"max_tokens\":50").body()).getJsonArray("content");
        assertThat(content.stream().map(block -> ((JsonObject) block).getString("type")))
                .containsExactly("text", "tool_use", "tool_use");
        JsonArray calls = message(post(CHAT, "anthropic", "")).getJsonArray("tool_calls");
        assertThat(calls.stream()
                        .map(call ->
                                ((JsonObject) call).getJsonObject("function").getString("arguments")))
                .containsExactly("{}", "{}");
    }

    @Test
    @DisplayName("has its reasoning, signed in Anthropic's format and as reasoning_content in OpenAI's")
    void thinking() throws Exception {
        play(ProviderWireFormat.ANTHROPIC, "thinking-blocks");
        JsonArray content = new JsonObject(
                        post(MESSAGES, "anthropic", ",\"max_tokens\":2048").body())
                .getJsonArray("content");
        assertThat(content).isEqualTo(new JsonArray("""
                [{"type":"thinking","thinking":"Let me think","signature":"SIG"},
                {"type":"text","text":"Hello world"}]"""));
        String stream = post(MESSAGES, "anthropic", ",\"max_tokens\":2048,\"stream\":true")
                .body();
        assertThat(dataOf(stream).stream().map(data -> data.replaceAll("(?<=[:,]) ", "")))
                .containsSubsequence(
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Let me think\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"SIG\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":0}",
                        "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
        JsonObject completion = message(post(CHAT, "anthropic", ""));
        assertThat(completion.getString("reasoning_content")).isEqualTo("Let me think");
        assertThat(completion.getString("content")).isEqualTo("Hello world");
        String chunks = post(CHAT, "anthropic", ",\"stream\":true").body();
        assertThat(chunks.indexOf("{\"reasoning_content\":\"Let me think\"}"))
                .isBetween(1, chunks.indexOf("{\"content\":\"Hello world\"}"));
        assertThat(new JsonObject(post(AI, "anthropic", "").body()).getString("content"))
                .isEqualTo("Hello world");
    }

    @Test
    @DisplayName("has the reasoning before a tool call, in every format")
    void reasoningContent() throws Exception {
        server.provider(ProviderWireFormat.OPENAI).defaultScript(exchange -> exchange.respond(200, """
                data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"I need the tool."}}]}

                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

                data: [DONE]

                """));
        JsonObject message = message(post(CHAT, "openai", ""));
        assertThat(message.getString("reasoning_content")).isEqualTo("I need the tool.");
        assertThat(message.getJsonArray("tool_calls").size()).isEqualTo(1);
        JsonArray content =
                new JsonObject(post(MESSAGES, "openai", ",\"max_tokens\":50").body()).getJsonArray("content");
        assertThat(content).isEqualTo(new JsonArray("""
                [{"type":"thinking","thinking":"I need the tool.","signature":""},
                {"type":"tool_use","id":"call_a","name":"f","input":{}}]"""));
        String stream =
                post(MESSAGES, "openai", ",\"max_tokens\":50,\"stream\":true").body();
        assertThat(stream).contains("\"thinking_delta\",\"thinking\":\"I need the tool.\"");
        assertThat(toolBlocks(stream)).containsExactly("f {}");
    }

    @Test
    @DisplayName("has the provider's input tokens in the first event, or an estimate, but never 0")
    void startUsage() throws Exception {
        play(ProviderWireFormat.ANTHROPIC, "message-start-usage");
        assertThat(startTokens("anthropic")).isEqualTo(11);
        play(ProviderWireFormat.OPENAI, "content-type");
        assertThat(startTokens("openai")).isPositive();
    }

    @Test
    @DisplayName("has a refusal beside the content, which is null")
    void refusal() throws Exception {
        play(ProviderWireFormat.OPENAI, "refusal");
        JsonObject message = message(post(CHAT, "openai", ""));
        assertThat(message.getString("refusal")).isEqualTo("I cannot help.");
        assertThat(message.getValue("content")).isNull();
        assertThat(message.containsKey("content")).isTrue();
        String chunks = post(CHAT, "openai", ",\"stream\":true").body();
        assertThat(chunks)
                .contains("\"content\": null", "\"refusal\": \"I cannot help.\"")
                .doesNotContain("\"content\": \"");
        JsonObject anthropic =
                new JsonObject(post(MESSAGES, "openai", ",\"max_tokens\":50").body());
        assertThat(anthropic.getString("stop_reason")).isEqualTo("refusal");
        assertThat(anthropic.getJsonArray("content").getJsonObject(0).getString("text"))
                .isEqualTo("I cannot help.");
        assertThat(new JsonObject(post(AI, "openai", "").body()).getString("content"))
                .isEqualTo("I cannot help.");
    }

    @Test
    @DisplayName("with a tool call that was cut by the token limit is no failure in any format")
    void cutCall() throws Exception {
        String body = """
                {"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\\"x\\":"}}]},"finish_reason":"length"}]}""";
        server.provider(ProviderWireFormat.OPENAI).defaultScript(exchange -> exchange.respond(200, body));
        HttpResponse<String> chat = post(CHAT, "openai", "");
        assertThat(chat.body()).contains("\"finish_reason\":\"length\"", "{\\\"x\\\":");
        HttpResponse<String> whole = post(MESSAGES, "openai", ",\"max_tokens\":50");
        assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
        assertThat(new JsonObject(whole.body()).getString("stop_reason")).isEqualTo("max_tokens");
        String stream =
                post(MESSAGES, "openai", ",\"max_tokens\":50,\"stream\":true").body();
        assertThat(toolBlocks(stream)).containsExactly("f {\"x\":");
    }

    @Test
    @DisplayName("with interleaved calls and text has whole blocks one after the other")
    void interleaved() throws Exception {
        String[] pieces = {
            "\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]",
            "\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}]",
            "\"content\":\"so\"",
            "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\":1}\"}}]",
            "\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"}\"}}]",
            "\"content\":\" long\""
        };
        StringBuilder body = new StringBuilder();
        for (String piece : pieces) {
            body.append("data: {\"choices\":[{\"delta\":{").append(piece).append("}}]}\n\n");
        }
        body.append("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n");
        server.provider(ProviderWireFormat.OPENAI).defaultScript(exchange -> exchange.respond(200, body.toString()));
        String stream =
                post(MESSAGES, "openai", ",\"max_tokens\":50,\"stream\":true").body();
        assertThat(toolBlocks(stream)).containsExactly("f {\"x\":1}", "g {}");
        assertThat(stream).contains("\"text\":\"so\"", "\"text\":\" long\"");
        JsonArray content =
                new JsonObject(post(MESSAGES, "openai", ",\"max_tokens\":50").body()).getJsonArray("content");
        assertThat(content.size()).isEqualTo(3);
    }

    @Test
    @DisplayName("that ended at a stop sequence names it to clients of Anthropic's format")
    void stopSequence() throws Exception {
        String body = """
                {"type":"message","model":"m","content":[{"type":"text","text":"1 2"}],"stop_reason":"stop_sequence","stop_sequence":"3","usage":{"input_tokens":5,"output_tokens":2}}""";
        server.provider(ProviderWireFormat.ANTHROPIC).defaultScript(exchange -> exchange.respond(200, body));
        JsonObject message =
                new JsonObject(post(MESSAGES, "anthropic", ",\"max_tokens\":50").body());
        assertThat(message.getString("stop_reason")).isEqualTo("stop_sequence");
        assertThat(message.getString("stop_sequence")).isEqualTo("3");
        assertThat(post(MESSAGES, "anthropic", ",\"max_tokens\":50,\"stream\":true")
                        .body())
                .contains("\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"3\"");
    }

    @Test
    @DisplayName("that is an error in a response with status 200 has the status of that error")
    void errorInside() throws Exception {
        server.provider(ProviderWireFormat.OPENAI)
                .defaultScript(exchange -> exchange.respond(
                        200, "{\"error\":{\"message\":\"slow down\",\"code\":429}}", "retry-after: 60"));
        assertThat(post(AI, "openai", "").statusCode()).isEqualTo(429);
    }

    private static long startTokens(String provider) throws Exception {
        String first = dataOf(post(MESSAGES, provider, ",\"max_tokens\":50,\"stream\":true")
                        .body())
                .getFirst();
        JsonObject message = new JsonObject(first).getJsonObject("message");
        return message.getJsonObject("usage").getLong("input_tokens");
    }

    private static JsonObject message(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body())
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message");
    }

    /** The tool_use blocks of a stream as {@code name arguments}; checks that blocks do not overlap and that their indexes are in order. */
    private static List<String> toolBlocks(String stream) {
        List<String> blocks = new ArrayList<>();
        int open = -1;
        int next = 0;
        boolean call = false;
        for (String data : dataOf(stream)) {
            JsonObject event = new JsonObject(data);
            switch (event.getString("type")) {
                case "content_block_start" -> {
                    assertThat(open).as(stream).isEqualTo(-1);
                    open = event.getInteger("index");
                    assertThat(open).as(stream).isEqualTo(next++);
                    JsonObject block = event.getJsonObject("content_block");
                    call = block.getString("type").equals("tool_use");
                    if (call) {
                        assertThat(block.getString("id")).isNotBlank();
                        blocks.add(block.getString("name") + " ");
                    }
                }
                case "content_block_delta" -> {
                    assertThat(event.getInteger("index")).as(stream).isEqualTo(open);
                    if (call) {
                        String piece = event.getJsonObject("delta").getString("partial_json");
                        blocks.add(blocks.removeLast() + piece);
                    }
                }
                case "content_block_stop" -> {
                    assertThat(event.getInteger("index")).as(stream).isEqualTo(open);
                    open = -1;
                }
                default -> {}
            }
        }
        assertThat(open).as(stream).isEqualTo(-1);
        return blocks;
    }

    private static List<String> dataOf(String stream) {
        return Arrays.stream(stream.split("\n", -1))
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    /** Answers every request to this provider with a recorded response. */
    private static void play(ProviderWireFormat wire, String form) throws Exception {
        byte[] bytes = recorded(form);
        server.provider(wire).defaultScript(exchange -> exchange.raw(bytes).truncate());
    }

    private static byte[] recorded(String form) throws Exception {
        try (InputStream in = ProviderFormsTest.class.getResourceAsStream("/formats/" + form + ".http")) {
            return Objects.requireNonNull(in, form).readAllBytes();
        }
    }

    private static HttpResponse<String> post(String path, String provider, String more) throws Exception {
        HttpTestClient http = server.app().http();
        String tools = path.equals(CHAT)
                ? ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"
                : path.equals(MESSAGES) ? ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]" : "";
        String body = "{\"model\":\"" + provider
                + "/m-1\",\"fallback\":false,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + tools + more
                + "}";
        return http.post(path, body, "anthropic-version", "2023-06-01");
    }
}
