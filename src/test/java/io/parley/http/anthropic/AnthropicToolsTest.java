package io.parley.http.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageContentParam;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tools in Anthropic's wire format, with providers of every format, as the official SDK sees them. */
final class AnthropicToolsTest {

    @TempDir
    private Path data;

    private FakeProvider provider;

    @BeforeEach
    void start() {
        provider = FakeProvider.start();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    /** Returns an answer with text and a tool call, in the format of the provider. */
    private static String toolCallStream(ProviderWireFormat wire) {
        return switch (wire) {
            case OPENAI ->
                wire.begin()
                        + wire.token("Let me see.")
                        + openAi(
                                "{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}")
                        + openAi("{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}")
                        + openAi("{\"index\":0,\"function\":{\"arguments\":\"\\\"Oslo\\\"}\"}}")
                        + wire.finish("tool_calls", ProviderWireFormat.INPUT, 5)
                        + wire.end();
            case ANTHROPIC ->
                wire.begin()
                        + wire.token("Let me see.")
                        + anthropic("content_block_stop", "\"index\":0")
                        + anthropic(
                                "content_block_start",
                                "\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"weather\",\"input\":{}}")
                        + anthropic(
                                "content_block_delta",
                                "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}")
                        + anthropic("content_block_stop", "\"index\":1")
                        + anthropic(
                                "message_delta",
                                "\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":5}")
                        + wire.end();
            case OLLAMA ->
                wire.token("Let me see.")
                        + "{\"model\":\"fake-1\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"weather\",\"arguments\":{\"city\":\"Oslo\"}}}]},\"done\":false}\n"
                        + wire.finish("stop", ProviderWireFormat.INPUT, 5);
        };
    }

    private static String openAi(String call) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"fake-1\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"tool_calls\":[" + call + "]},\"finish_reason\":null}]}\n\n";
    }

    private static String anthropic(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

    private TestApp app(ProviderWireFormat wire) throws Exception {
        Map<String, String> all = provider.settings("first", wire, "one");
        all.put("gateway.provider", "first");
        return TestApp.start(data, all);
    }

    private static AnthropicClient sdk(TestApp app) {
        return AnthropicOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + app.server().httpPort())
                .apiKey("any")
                .maxRetries(0)
                .build();
    }

    private static MessageCreateParams.Builder params() {
        Tool weather = Tool.builder()
                .name("weather")
                .description("What it is like")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(Tool.InputSchema.Properties.builder()
                                .putAdditionalProperty("city", JsonValue.from(Map.of("type", "string")))
                                .build())
                        .required(List.of("city"))
                        .build())
                .build();
        return MessageCreateParams.builder()
                .model("one")
                .maxTokens(100)
                .addTool(weather)
                .addUserMessage("How is Oslo?");
    }

    private static void assertToolCall(Message message) {
        assertThat(message.stopReason()).hasValue(StopReason.TOOL_USE);
        assertThat(message.content().getFirst().asText().text()).isEqualTo("Let me see.");
        ToolUseBlock call = message.content().getLast().asToolUse();
        assertThat(call.name()).isEqualTo("weather");
        assertThat(call.id()).isNotBlank();
        assertThat(call._input()).isEqualTo(JsonValue.from(Map.of("city", "Oslo")));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the SDK gets a tool call in a complete answer")
    void whole(ProviderWireFormat wire) throws Exception {
        provider.enqueue(exchange -> exchange.startStream(wire).finish(toolCallStream(wire)));
        try (TestApp app = app(wire)) {
            AnthropicClient sdk = sdk(app);
            assertToolCall(sdk.messages().create(params().build()));
            assertThat(provider.nextExchange().body()).contains("\"weather\"", "What it is like", "\"city\"");
            sdk.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the SDK gets a tool call in a stream, piece by piece")
    void streamed(ProviderWireFormat wire) throws Exception {
        provider.enqueue(exchange -> exchange.startStream(wire).finish(toolCallStream(wire)));
        try (TestApp app = app(wire)) {
            AnthropicClient sdk = sdk(app);
            MessageAccumulator accumulator = MessageAccumulator.create();
            try (StreamResponse<RawMessageStreamEvent> stream = sdk.messages().createStreaming(params().build())) {
                stream.stream().forEach(accumulator::accumulate);
            }
            assertToolCall(accumulator.message());
            sdk.close();
        }
    }

    @Test
    @DisplayName("the blocks of a stream follow each other, each with a start and a stop")
    void blocks() throws Exception {
        provider.enqueue(exchange ->
                exchange.startStream(ProviderWireFormat.OPENAI).finish(toolCallStream(ProviderWireFormat.OPENAI)));
        String body =
                "{\"model\":\"one\",\"max_tokens\":9,\"stream\":true,\"tools\":[{\"name\":\"weather\",\"input_schema\":"
                        + "{\"type\":\"object\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        try (TestApp app = app(ProviderWireFormat.OPENAI);
                SseTestClient stream = app.http().stream("POST", "/v1/messages", body)) {
            assertThat(stream.remaining())
                    .extracting(event ->
                            event.name() + json(event.data()).path("index").asText())
                    .containsExactly(
                            "message_start",
                            "content_block_start0",
                            "content_block_delta0",
                            "content_block_stop0",
                            "content_block_start1",
                            "content_block_delta1",
                            "content_block_delta1",
                            "content_block_stop1",
                            "message_delta",
                            "message_stop");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the result of a tool call reaches the provider")
    void result(ProviderWireFormat wire) throws Exception {
        provider.enqueue(exchange -> exchange.startStream(wire).finish(toolCallStream(wire)));
        try (TestApp app = app(wire)) {
            AnthropicClient sdk = sdk(app);
            Message first = sdk.messages().create(params().build());
            provider.nextExchange();
            String id = first.content().stream()
                    .flatMap((ContentBlock block) -> block.toolUse().stream())
                    .findFirst()
                    .orElseThrow()
                    .id();
            ToolResultBlockParam rain =
                    ToolResultBlockParam.builder().toolUseId(id).content("rain").build();
            MessageCreateParams.Builder again = params().addMessage(first)
                    .addUserMessage(
                            MessageContentParam.ofContentBlockParams(List.of(ContentBlockParam.ofToolResult(rain))));
            if (wire != ProviderWireFormat.OLLAMA) { // Ollama has no tool_choice
                again.toolChoice(ToolChoiceAny.builder().build());
            }
            Message second = sdk.messages().create(again.build());
            assertThat(second.content().getFirst().asText().text()).isEqualTo("Hello, world");
            JsonNode requestBody = json(provider.nextExchange().body());
            JsonNode last = requestBody
                    .path("messages")
                    .path(requestBody.path("messages").size() - 1);
            assertThat(last.toString()).contains("rain");
            if (wire != ProviderWireFormat.OLLAMA) {
                assertThat(last.toString()).contains(id);
                assertThat(requestBody.path("tool_choice").toString()).containsAnyOf("any", "required");
            }
            sdk.close();
        }
    }

    private static JsonNode json(String text) throws Exception {
        return new JsonMapper().readTree(text);
    }
}
