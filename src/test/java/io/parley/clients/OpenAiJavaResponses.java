package io.parley.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFormatTextJsonSchemaConfig;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputContent;
import com.openai.models.responses.ResponseInputImage;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseInputText;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** OpenAI's Java library, with responses. */
final class OpenAiJavaResponses implements ClientLibrary {

    @Override
    public String name() {
        return "openai-java, responses";
    }

    @Override
    public Map<ClientFeature, Check> checks() {
        Map<ClientFeature, Check> checks = new EnumMap<>(ClientFeature.class);
        checks.put(
                ClientFeature.TEXT,
                target -> assertThat(text(create(target, params(target, FeatureQuestions.PROMPT))))
                        .isEqualTo(FeatureQuestions.ANSWER));
        checks.put(ClientFeature.STREAM, OpenAiJavaResponses::stream);
        checks.put(ClientFeature.TOOLS, target -> tools(target, params -> create(target, params)));
        checks.put(ClientFeature.STREAMED_TOOLS, target -> tools(target, params -> streamed(target, params)));
        checks.put(ClientFeature.SCHEMA, OpenAiJavaResponses::schema);
        checks.put(ClientFeature.PICTURE, OpenAiJavaResponses::picture);
        checks.put(ClientFeature.THINKING, OpenAiJavaResponses::thinking);
        checks.put(ClientFeature.USAGE, OpenAiJavaResponses::usage);
        checks.put(ClientFeature.ERRORS, OpenAiJavaResponses::errors);
        return checks;
    }

    @Override
    public OptionalInt status(Throwable error) {
        return error instanceof OpenAIServiceException e ? OptionalInt.of(e.statusCode()) : OptionalInt.empty();
    }

    private static ResponseCreateParams.Builder params(ClientTarget target, String prompt) {
        return ResponseCreateParams.builder().model(target.model()).input(prompt);
    }

    private static Response create(ClientTarget target, ResponseCreateParams.Builder params) {
        OpenAIClient client = OpenAiJavaChat.client(target.url(), FeatureQuestions.KEY);
        try {
            return client.responses().create(params.build());
        } finally {
            client.close();
        }
    }

    private static List<ResponseStreamEvent> events(ClientTarget target, ResponseCreateParams.Builder params) {
        OpenAIClient client = OpenAiJavaChat.client(target.url(), FeatureQuestions.KEY);
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(params.build())) {
            return stream.stream().toList();
        } finally {
            client.close();
        }
    }

    private static Response streamed(ClientTarget target, ResponseCreateParams.Builder params) {
        ResponseAccumulator sum = ResponseAccumulator.create();
        events(target, params).forEach(sum::accumulate);
        return sum.response();
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(part -> part.outputText().stream())
                .map(part -> part.text())
                .collect(Collectors.joining());
    }

    private static void stream(ClientTarget target) {
        List<ResponseStreamEvent> events = events(target, params(target, FeatureQuestions.PROMPT));
        List<String> pieces = events.stream()
                .flatMap(event -> event.outputTextDelta().stream())
                .map(event -> event.delta())
                .toList();
        assertThat(pieces).hasSizeGreaterThan(1);
        assertThat(String.join("", pieces)).isEqualTo(FeatureQuestions.ANSWER);
        assertThat(events.getLast().isCompleted()).isTrue();
    }

    private interface Ask {
        Response ask(ResponseCreateParams.Builder params);
    }

    private static void tools(ClientTarget target, Ask how) {
        List<ResponseInputItem> input = new ArrayList<>();
        input.add(ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(FeatureQuestions.WEATHER)
                .build()));
        ResponseCreateParams.Builder talk = ResponseCreateParams.builder()
                .model(target.model())
                .addTool(FunctionTool.builder()
                        .name("weather")
                        .strict(true)
                        .parameters(FunctionTool.Parameters.builder()
                                .putAllAdditionalProperties(OpenAiJavaChat.json(FeatureQuestions.WEATHER_SCHEMA))
                                .build())
                        .build());
        Response asked = how.ask(talk.inputOfResponse(input));
        List<ResponseFunctionToolCall> calls = asked.output().stream()
                .flatMap(item -> item.functionCall().stream())
                .toList();
        for (ResponseFunctionToolCall call : calls) {
            input.add(ResponseInputItem.ofFunctionCall(call));
            input.add(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                    .callId(call.callId())
                    .output(FeatureQuestions.weather(call.arguments()))
                    .build()));
        }
        assertThat(text(how.ask(talk.inputOfResponse(input)))).isEqualTo(FeatureQuestions.WEATHER_ANSWER);
    }

    private static void schema(ClientTarget target) {
        ResponseTextConfig format = ResponseTextConfig.builder()
                .format(ResponseFormatTextJsonSchemaConfig.builder()
                        .name("place")
                        .strict(true)
                        .schema(ResponseFormatTextJsonSchemaConfig.Schema.builder()
                                .putAllAdditionalProperties(OpenAiJavaChat.json(FeatureQuestions.PLACE_SCHEMA))
                                .build())
                        .build())
                .build();
        FeatureQuestions.assertPlace(
                text(create(target, params(target, FeatureQuestions.PLACE).text(format))));
    }

    private static void picture(ClientTarget target) {
        List<ResponseInputContent> parts = List.of(
                ResponseInputContent.ofInputText(ResponseInputText.builder()
                        .text(FeatureQuestions.PICTURE)
                        .build()),
                ResponseInputContent.ofInputImage(ResponseInputImage.builder()
                        .detail(ResponseInputImage.Detail.AUTO)
                        .imageUrl(FeatureQuestions.PNG_URL)
                        .build()));
        ResponseInputItem question = ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .contentOfResponseInputMessageContentList(parts)
                .build());
        ResponseCreateParams.Builder params =
                ResponseCreateParams.builder().model(target.model()).inputOfResponse(List.of(question));
        assertThat(text(create(target, params))).isEqualTo(FeatureQuestions.PICTURE_ANSWER);
    }

    private static void thinking(ClientTarget target) {
        Reasoning low = Reasoning.builder()
                .effort(ReasoningEffort.LOW)
                .summary(Reasoning.Summary.AUTO)
                .build();
        for (Response response : List.of(
                create(target, params(target, FeatureQuestions.PROMPT).reasoning(low)),
                streamed(target, params(target, FeatureQuestions.PROMPT).reasoning(low)))) {
            assertThat(text(response)).isEqualTo(FeatureQuestions.ANSWER);
            assertThat(response.output().stream()
                            .flatMap(item -> item.reasoning().stream())
                            .flatMap(item -> item.summary().stream())
                            .map(summary -> summary.text()))
                    .containsExactly(FeatureQuestions.THOUGHTS);
        }
    }

    private static void usage(ClientTarget target) {
        for (Response response : List.of(
                create(target, params(target, FeatureQuestions.PROMPT)),
                streamed(target, params(target, FeatureQuestions.PROMPT)))) {
            FeatureQuestions.assertUsage(
                    response.usage().orElseThrow().inputTokens(),
                    response.usage().orElseThrow().outputTokens());
        }
    }

    private static void errors(ClientTarget target) {
        OpenAIClient unknown = OpenAiJavaChat.client(target.url(), FeatureQuestions.UNKNOWN_KEY);
        OpenAIClient client = OpenAiJavaChat.client(target.failingUrl(), FeatureQuestions.KEY);
        try {
            ResponseCreateParams params =
                    params(target, FeatureQuestions.PROMPT).build();
            assertThat(catchThrowableOfType(
                            UnauthorizedException.class,
                            () -> unknown.responses().create(params)))
                    .isNotNull();
            ResponseCreateParams hot = params.toBuilder().temperature(9.0).build();
            assertThat(catchThrowableOfType(
                                    BadRequestException.class,
                                    () -> client.responses().create(hot))
                            .param())
                    .contains("temperature");
            ResponseCreateParams limited =
                    params(target, FeatureQuestions.LIMITED).build();
            assertThat(catchThrowableOfType(
                            RateLimitException.class, () -> client.responses().create(limited)))
                    .isNotNull();
        } finally {
            unknown.close();
            client.close();
        }
    }
}
