package io.parley.compatible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.models.Model;
import io.parley.testing.FakeProvider.ResponseScript;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("OpenAI SDK")
class OpenAiSdkTest {

    private static final String ARGUMENTS = "{\"city\":\"Köln\"}";

    @SuppressWarnings("NullAway.Init")
    private MultiProviderTestApp server;

    @SuppressWarnings("NullAway.Init")
    private OpenAIClient client;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(data, Map.of());
        client = client("any");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @DisplayName("the SDK reads a complete answer of every provider")
    @EnumSource
    void whole(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.answer(wire, "Grüße, ", "мир 👋"));
        ChatCompletion answer = client.chat()
                .completions()
                .create(params(wire)
                        .addSystemMessage("Be brief.")
                        .maxCompletionTokens(99)
                        .build());
        assertThat(answer.choices().getFirst().message().content()).contains("Grüße, мир 👋");
        assertThat(answer.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(answer.model()).isEqualTo("m-1");
        assertThat(answer.id()).startsWith("chatcmpl-");
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(ProviderWireFormat.INPUT);
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(2);
        assertThat(server.provider(wire).nextExchange().body())
                .contains("Be brief.")
                .contains("99");
    }

    @ParameterizedTest
    @DisplayName("the SDK reads a streamed answer with the usage at the end")
    @EnumSource
    void stream(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.answer(wire, "one ", "two ", "three"));
        ChatCompletionCreateParams params = params(wire)
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        List<ChatCompletionChunk> chunks = chunks(params);
        assertThat(text(chunks)).isEqualTo("one two three");
        assertThat(chunks)
                .extracting(ChatCompletionChunk::id)
                .containsOnly(chunks.getFirst().id());
        assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(3);
        assertThat(chunks.getLast().choices()).isEmpty();
        server.provider(wire).nextExchange();
    }

    @ParameterizedTest
    @DisplayName("the SDK offers tools, runs the one that is called, and sends its result")
    @EnumSource
    void tools(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(toolCallScript(wire)).enqueue(ProviderScripts.answer(wire, "It rains."));
        ChatCompletionCreateParams.Builder talk = params(wire).addTool(weather());
        ChatCompletion first = client.chat().completions().create(talk.build());
        assertThat(first.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(first.choices().getFirst().message().content()).isEmpty();
        ChatCompletionMessageFunctionToolCall call = first.choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction();
        assertThat(call.function().name()).isEqualTo("weather");
        assertThat(new JsonObject(call.function().arguments())).isEqualTo(new JsonObject(ARGUMENTS));
        assertThat(server.provider(wire).nextExchange().body())
                .contains("\"weather\"")
                .contains("\"city\"");

        talk.addMessage(first.choices().getFirst().message());
        talk.addMessage(ChatCompletionToolMessageParam.builder()
                .toolCallId(call.id())
                .content("rain")
                .build());
        ChatCompletion second = client.chat().completions().create(talk.build());
        assertThat(second.choices().getFirst().message().content()).contains("It rains.");
        assertThat(server.provider(wire).nextExchange().body())
                .contains("\"rain\"")
                .contains("Köln");
    }

    @ParameterizedTest
    @DisplayName("the SDK assembles streamed tool calls")
    @EnumSource
    void streamedTools(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(toolCallScript(wire));
        ChatCompletionAccumulator sum = ChatCompletionAccumulator.create();
        chunks(params(wire).addTool(weather()).build()).forEach(sum::accumulate);
        ChatCompletion answer = sum.chatCompletion();
        ChatCompletionMessageFunctionToolCall call = answer.choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction();
        assertThat(call.function().name()).isEqualTo("weather");
        assertThat(call.id()).isNotBlank();
        assertThat(new JsonObject(call.function().arguments())).isEqualTo(new JsonObject(ARGUMENTS));
        server.provider(wire).nextExchange();
    }

    @ParameterizedTest
    @DisplayName("the SDK gets an answer that follows a schema")
    @EnumSource
    void schema(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.answer(wire, "{\"city\":", "\"Köln\"}"));
        ResponseFormatJsonSchema format = ResponseFormatJsonSchema.builder()
                .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                        .name("place")
                        .strict(true)
                        .schema(ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                        .build())
                .build();
        ChatCompletion answer = client.chat()
                .completions()
                .create(params(wire).responseFormat(format).build());
        assertThat(answer.choices().getFirst().message().content()).contains(ARGUMENTS);
        JsonObject body = new JsonObject(server.provider(wire).nextExchange().body());
        JsonObject schema = switch (wire) {
            case OPENAI ->
                body.getJsonObject("response_format")
                        .getJsonObject("json_schema")
                        .getJsonObject("schema");
            case ANTHROPIC ->
                body.getJsonObject("output_config").getJsonObject("format").getJsonObject("schema");
            case OLLAMA -> body.getJsonObject("format");
        };
        assertThat(schema).isEqualTo(new JsonObject("{\"type\":\"object\",\"required\":[\"city\"]}"));
    }

    @Test
    @DisplayName("the SDK gets 401 for an invalid key")
    void unauthorized() {
        OpenAIClient unknownKeyClient = client("sk-parley-unknown");
        UnauthorizedException rejected = catchThrowableOfType(
                UnauthorizedException.class,
                () -> unknownKeyClient
                        .chat()
                        .completions()
                        .create(params(ProviderWireFormat.OPENAI).build()));
        unknownKeyClient.close();
        assertThat(rejected.code()).contains("invalid_api_key");
        assertThat(rejected.headers().values("x-request-id")).hasSize(1);
    }

    @Test
    @DisplayName("the SDK gets 429 with Retry-After when the provider is busy")
    void rateLimited() throws Exception {
        server.provider(ProviderWireFormat.ANTHROPIC)
                .enqueue(ProviderScripts.errorResponse(429, "{}", "retry-after: 70"))
                .enqueue(ProviderScripts.errorResponse(429, "{}", "retry-after: 70"))
                .enqueue(ProviderScripts.errorResponse(429, "{}", "retry-after: 70"));
        ChatCompletionCreateParams params = params(ProviderWireFormat.ANTHROPIC)
                .putAdditionalBodyProperty("fallback", JsonValue.from(false))
                .build();
        RateLimitException busy = catchThrowableOfType(
                RateLimitException.class, () -> client.chat().completions().create(params));
        assertThat(busy.headers().values("retry-after")).containsExactly("70");
        assertThat(busy.headers().values("retry-after-ms")).containsExactly("70000");
        assertThat(busy.headers().values("x-should-retry")).containsExactly("true");
        assertThat(busy.code()).contains("rate_limit_exceeded");
    }

    @Test
    @DisplayName("the SDK is told about an unknown model, and about parameters that the provider does not support")
    void invalidRequests() throws Exception {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.errorResponse(
                        404, "{\"error\":{\"message\":\"secret\",\"code\":\"model_not_found\"}}"));
        NotFoundException unknown = catchThrowableOfType(
                NotFoundException.class,
                () -> client.chat()
                        .completions()
                        .create(params(ProviderWireFormat.OPENAI)
                                .model("unknown")
                                .build()));
        assertThat(unknown.code()).contains("model_not_found");
        assertThat(unknown.param()).contains("model");
        assertThat(unknown.getMessage()).doesNotContain("secret");

        BadRequestException unsupported = catchThrowableOfType(
                BadRequestException.class,
                () -> client.chat()
                        .completions()
                        .create(params(ProviderWireFormat.OLLAMA)
                                .addTool(weather())
                                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                                .build()));
        assertThat(unsupported.param()).contains("tool_choice");
        assertThat(unsupported.code()).contains("unsupported_parameter");

        BadRequestException invalid = catchThrowableOfType(
                BadRequestException.class,
                () -> client.chat()
                        .completions()
                        .create(params(ProviderWireFormat.OLLAMA)
                                .temperature(7.0)
                                .build()));
        assertThat(invalid.param()).contains("temperature");
    }

    @Test
    @DisplayName("the SDK is told that the provider rejected the request, but not the provider's message")
    void rejected() {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.errorResponse(
                        400, "{\"error\":{\"message\":\"secret\",\"type\":\"invalid_request_error\"}}"));
        BadRequestException rejected = catchThrowableOfType(
                BadRequestException.class,
                () -> client.chat()
                        .completions()
                        .create(params(ProviderWireFormat.OPENAI).build()));
        assertThat(rejected.code()).contains("provider_rejected");
        assertThat(rejected.getMessage()).doesNotContain("secret");
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(ProviderScripts.errorResponse(
                        400, "{\"error\":{\"message\":\"secret\",\"code\":\"context_length_exceeded\"}}"));
        BadRequestException tooLong = catchThrowableOfType(
                BadRequestException.class,
                () -> client.chat()
                        .completions()
                        .create(params(ProviderWireFormat.OPENAI).build()));
        assertThat(tooLong.code()).contains("context_length_exceeded");
    }

    @ParameterizedTest
    @DisplayName("an SDK that disconnects midway closes the provider connection")
    @EnumSource
    void disconnect(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.stall(wire, "one", "two"));
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params(wire).build())) {
            assertThat(stream.stream().anyMatch(chunk -> text(List.of(chunk)).contains("one")))
                    .isTrue();
        }
        assertThat(server.provider(wire).nextExchange().disconnectedAt()).isPositive();
    }

    @ParameterizedTest
    @DisplayName("the SDK never takes a truncated answer for a complete one")
    @EnumSource
    void truncated(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.truncate(wire, "one", "two"));
        List<ChatCompletionChunk> events = new ArrayList<>();
        assertThatThrownBy(() -> {
                    try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                            .completions()
                            .createStreaming(params(wire).build())) {
                        stream.stream().forEach(events::add);
                    }
                })
                .isInstanceOf(OpenAIException.class);
        assertThat(text(events)).isEqualTo("onetwo");
        assertThat(events)
                .allMatch(chunk -> chunk.choices().stream()
                        .allMatch(choice -> choice.finishReason().isEmpty()));
        server.provider(wire).nextExchange();
    }

    @Test
    @DisplayName("the SDK gets an error status when the provider fails before the first token")
    void failsBeforeFirstToken() {
        OpenAIServiceException failed = catchThrowableOfType(OpenAIServiceException.class, () -> {
            server.provider(ProviderWireFormat.OPENAI).enqueue(ProviderScripts.errorResponse(401, "{}"));
            ChatCompletionCreateParams params = params(ProviderWireFormat.OPENAI)
                    .putAdditionalBodyProperty("fallback", JsonValue.from(false))
                    .build();
            chunks(params);
        });
        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(failed.code()).contains("provider_auth");
        assertThat(failed.headers().values("x-should-retry")).containsExactly("false");
    }

    @Test
    @DisplayName("the SDK lists the models, and finds one whose name has a slash")
    void models() {
        assertThat(client.models().list().data())
                .extracting(Model::id)
                .contains("m-1", "openai/m-1", "anthropic/m-1", "ollama/m-1");
        assertThat(client.models().retrieve("ollama/m-1").ownedBy()).isEqualTo("ollama");
        assertThatThrownBy(() -> client.models().retrieve("ollama/m-2")).isInstanceOf(NotFoundException.class);
    }

    private OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder params(ProviderWireFormat wire) {
        return ChatCompletionCreateParams.builder()
                .model(MultiProviderTestApp.model(wire))
                .addUserMessage("hi");
    }

    private static ChatCompletionFunctionTool weather() {
        return ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name("weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .build())
                        .build())
                .build();
    }

    static ResponseScript toolCallScript(ProviderWireFormat wire) {
        String body = switch (wire) {
            case OPENAI -> """
                    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]}}]}

                    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"city\\":"}}]}}]}

                    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"Köln\\"}"}}]}}]}

                    """ + wire.finish("tool_calls", 5, 6) + wire.end();
            case ANTHROPIC -> """
                    event: message_start
                    data: {"type":"message_start","message":{"model":"m-1","usage":{"input_tokens":5,"output_tokens":1}}}

                    event: content_block_start
                    data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}}

                    event: content_block_delta
                    data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"city\\":"}}

                    event: content_block_delta
                    data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\\"Köln\\"}"}}

                    """ + wire.finish("tool_use", 5, 6) + wire.end();
            case OLLAMA -> """
                    {"model":"m-1","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Köln"}}}]},"done":false}
                    """ + wire.finish("stop", 5, 6) + wire.end();
        };
        return exchange -> exchange.startStream(wire).finish(body);
    }

    private List<ChatCompletionChunk> chunks(ChatCompletionCreateParams params) {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            return stream.stream().toList();
        }
    }

    private static String text(List<ChatCompletionChunk> chunks) {
        return chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().content().stream())
                .collect(Collectors.joining());
    }
}
