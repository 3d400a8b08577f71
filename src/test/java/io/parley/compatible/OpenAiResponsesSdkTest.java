package io.parley.compatible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
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

@DisplayName("OpenAI SDK, responses")
class OpenAiResponsesSdkTest {

    @SuppressWarnings("NullAway.Init")
    private MultiProviderTestApp server;

    @SuppressWarnings("NullAway.Init")
    private OpenAIClient client;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(data, Map.of());
        client = OpenAIOkHttpClient.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("any")
                .maxRetries(0)
                .responseValidation(true)
                .build();
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
        Response response = client.responses()
                .create(params(wire)
                        .instructions("Be brief.")
                        .maxOutputTokens(99)
                        .build());

        assertThat(text(response)).isEqualTo("Grüße, мир 👋");
        assertThat(response.status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(response.usage().orElseThrow().inputTokens()).isEqualTo(ProviderWireFormat.INPUT);
        assertThat(response.validate()).isSameAs(response);
        assertThat(server.provider(wire).nextExchange().body())
                .contains("Be brief.")
                .contains("99");
    }

    @ParameterizedTest
    @DisplayName("the SDK accumulates a streamed answer to the same response that the last event has")
    @EnumSource
    void stream(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.answer(wire, "one ", "two ", "three"));
        ResponseAccumulator sum = accumulate(params(wire).build());

        assertThat(text(sum.response())).isEqualTo("one two three");
        assertThat(sum.reconstructedResponse().output())
                .isEqualTo(sum.response().output());
        server.provider(wire).nextExchange();
    }

    @ParameterizedTest
    @DisplayName("the SDK offers a tool, and continues the stored response with what the tool has returned")
    @EnumSource
    void tools(ProviderWireFormat wire) throws Exception {
        server.provider(wire)
                .enqueue(OpenAiSdkTest.toolCallScript(wire))
                .enqueue(ProviderScripts.answer(wire, "It rains."));
        ResponseAccumulator sum = accumulate(params(wire).addTool(weather()).build());
        ResponseFunctionToolCall call = sum.response().output().getFirst().asFunctionCall();
        assertThat(sum.reconstructedResponse().output())
                .isEqualTo(sum.response().output());
        assertThat(call.name()).isEqualTo("weather");
        assertThat(new JsonObject(call.arguments())).isEqualTo(new JsonObject("{\"city\":\"Köln\"}"));
        assertThat(server.provider(wire).nextExchange().body()).contains("\"weather\"");

        ResponseInputItem output = ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                .callId(call.callId())
                .output("rain")
                .build());
        Response second = client.responses()
                .create(ResponseCreateParams.builder()
                        .model(MultiProviderTestApp.model(wire))
                        .inputOfResponse(List.of(output))
                        .previousResponseId(sum.response().id())
                        .addTool(weather())
                        .build());
        assertThat(text(second)).isEqualTo("It rains.");
        assertThat(server.provider(wire).nextExchange().body()).containsSubsequence("hi", "Köln", "rain");
    }

    @ParameterizedTest
    @DisplayName("the SDK gets a failed response when a stream breaks off")
    @EnumSource
    void truncated(ProviderWireFormat wire) throws Exception {
        server.provider(wire).enqueue(ProviderScripts.truncate(wire, "half"));
        ResponseAccumulator sum = accumulate(params(wire).build());

        assertThat(sum.response().status()).hasValue(ResponseStatus.FAILED);
        assertThat(sum.response().error().orElseThrow().message()).isNotBlank();
        server.provider(wire).nextExchange();
    }

    @Test
    @DisplayName("the SDK retrieves, lists the input of, and deletes a stored response")
    void stored() throws Exception {
        ProviderWireFormat wire = ProviderWireFormat.OLLAMA;
        server.provider(wire).enqueue(ProviderScripts.answer(wire, "kept"));
        String id = client.responses().create(params(wire).build()).id();

        assertThat(text(client.responses().retrieve(id))).isEqualTo("kept");
        assertThat(client.responses().inputItems().list(id).data()).hasSize(1);
        client.responses().delete(id);
        NotFoundException gone = catchThrowableOfType(
                NotFoundException.class, () -> client.responses().retrieve(id));
        assertThat(gone.code()).contains("not_found");
        BadRequestException unknown = catchThrowableOfType(
                BadRequestException.class,
                () -> client.responses()
                        .create(params(wire).previousResponseId(id).build()));
        assertThat(unknown.param()).contains("previous_response_id");
    }

    private static ResponseCreateParams.Builder params(ProviderWireFormat wire) {
        return ResponseCreateParams.builder()
                .model(MultiProviderTestApp.model(wire))
                .input("hi");
    }

    private ResponseAccumulator accumulate(ResponseCreateParams params) {
        ResponseAccumulator sum = ResponseAccumulator.createWithSnapshots();
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(params)) {
            stream.stream().forEach(event -> sum.accumulate(event.validate()));
        }
        return sum;
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .map(text -> text.text())
                .collect(Collectors.joining());
    }

    private static FunctionTool weather() {
        return FunctionTool.builder()
                .name("weather")
                .strict(false)
                .parameters(FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .build())
                .build();
    }
}
