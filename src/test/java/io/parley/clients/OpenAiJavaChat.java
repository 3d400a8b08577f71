package io.parley.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.Embedding;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** OpenAI's Java library, with chat completions. */
final class OpenAiJavaChat implements ClientLibrary {

    @Override
    public String name() {
        return "openai-java, chat";
    }

    @Override
    public Map<ClientFeature, Check> checks() {
        Map<ClientFeature, Check> checks = new EnumMap<>(ClientFeature.class);
        checks.put(
                ClientFeature.TEXT,
                target -> assertThat(text(create(target, params(target, FeatureQuestions.PROMPT))))
                        .isEqualTo(FeatureQuestions.ANSWER));
        checks.put(ClientFeature.STREAM, OpenAiJavaChat::stream);
        checks.put(ClientFeature.TOOLS, target -> tools(target, params -> create(target, params)));
        checks.put(ClientFeature.STREAMED_TOOLS, target -> tools(target, params -> streamed(target, params)));
        checks.put(ClientFeature.SCHEMA, OpenAiJavaChat::schema);
        checks.put(ClientFeature.PICTURE, OpenAiJavaChat::picture);
        checks.put(ClientFeature.THINKING, OpenAiJavaChat::thinking);
        checks.put(ClientFeature.EMBEDDINGS, OpenAiJavaChat::embeddings);
        checks.put(ClientFeature.USAGE, OpenAiJavaChat::usage);
        checks.put(ClientFeature.ERRORS, OpenAiJavaChat::errors);
        return checks;
    }

    @Override
    public OptionalInt status(Throwable error) {
        return error instanceof OpenAIServiceException e ? OptionalInt.of(e.statusCode()) : OptionalInt.empty();
    }

    /** Returns a client that does not retry. */
    static OpenAIClient client(String url, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(url + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder params(ClientTarget target, String prompt) {
        return ChatCompletionCreateParams.builder().model(target.model()).addUserMessage(prompt);
    }

    private static ChatCompletion create(ClientTarget target, ChatCompletionCreateParams.Builder params) {
        OpenAIClient client = client(target.url(), FeatureQuestions.KEY);
        try {
            return client.chat().completions().create(params.build());
        } finally {
            client.close();
        }
    }

    private static List<ChatCompletionChunk> chunks(ClientTarget target, ChatCompletionCreateParams.Builder params) {
        OpenAIClient client = client(target.url(), FeatureQuestions.KEY);
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params.build())) {
            return stream.stream().toList();
        } finally {
            client.close();
        }
    }

    private static ChatCompletion streamed(ClientTarget target, ChatCompletionCreateParams.Builder params) {
        ChatCompletionAccumulator sum = ChatCompletionAccumulator.create();
        chunks(target, params).forEach(sum::accumulate);
        return sum.chatCompletion();
    }

    private static ChatCompletionMessage message(ChatCompletion answer) {
        return answer.choices().getFirst().message();
    }

    private static String text(ChatCompletion answer) {
        return message(answer).content().orElse("");
    }

    private static void stream(ClientTarget target) {
        List<String> pieces = chunks(target, params(target, FeatureQuestions.PROMPT)).stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().content().stream())
                .filter(piece -> !piece.isEmpty())
                .toList();
        assertThat(pieces).hasSizeGreaterThan(1);
        assertThat(String.join("", pieces)).isEqualTo(FeatureQuestions.ANSWER);
    }

    private interface Ask {
        ChatCompletion ask(ChatCompletionCreateParams.Builder params);
    }

    private static void tools(ClientTarget target, Ask how) {
        ChatCompletionCreateParams.Builder talk = params(target, FeatureQuestions.WEATHER)
                .addTool(ChatCompletionFunctionTool.builder()
                        .function(FunctionDefinition.builder()
                                .name("weather")
                                .parameters(FunctionParameters.builder()
                                        .putAllAdditionalProperties(json(FeatureQuestions.WEATHER_SCHEMA))
                                        .build())
                                .build())
                        .build());
        ChatCompletion asked = how.ask(talk);
        assertThat(asked.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        talk.addMessage(message(asked));
        for (ChatCompletionMessageToolCall any : message(asked).toolCalls().orElseThrow()) {
            ChatCompletionMessageFunctionToolCall call = any.asFunction();
            talk.addMessage(ChatCompletionToolMessageParam.builder()
                    .toolCallId(call.id())
                    .content(FeatureQuestions.weather(call.function().arguments()))
                    .build());
        }
        assertThat(text(how.ask(talk))).isEqualTo(FeatureQuestions.WEATHER_ANSWER);
    }

    static Map<String, JsonValue> json(Map<String, Object> schema) {
        return schema.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> JsonValue.from(entry.getValue())));
    }

    private static void schema(ClientTarget target) {
        ResponseFormatJsonSchema format = ResponseFormatJsonSchema.builder()
                .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                        .name("place")
                        .strict(true)
                        .schema(ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                                .putAllAdditionalProperties(json(FeatureQuestions.PLACE_SCHEMA))
                                .build())
                        .build())
                .build();
        FeatureQuestions.assertPlace(
                text(create(target, params(target, FeatureQuestions.PLACE).responseFormat(format))));
    }

    private static void picture(ClientTarget target) {
        List<ChatCompletionContentPart> parts = List.of(
                ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder()
                        .text(FeatureQuestions.PICTURE)
                        .build()),
                ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                        .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                                .url(FeatureQuestions.PNG_URL)
                                .build())
                        .build()));
        ChatCompletionCreateParams.Builder params =
                ChatCompletionCreateParams.builder().model(target.model()).addUserMessageOfArrayOfContentParts(parts);
        assertThat(text(create(target, params))).isEqualTo(FeatureQuestions.PICTURE_ANSWER);
    }

    @SuppressWarnings("deprecation") // the library has no other way to read fields that it does not know
    private static void thinking(ClientTarget target) {
        UnaryOperator<ChatCompletionCreateParams.Builder> low = params -> params.reasoningEffort(ReasoningEffort.LOW);
        ChatCompletion answer = create(target, low.apply(params(target, FeatureQuestions.PROMPT)));
        assertThat(text(answer)).isEqualTo(FeatureQuestions.ANSWER);
        assertThat(message(answer)._additionalProperties().get("reasoning_content"))
                .isEqualTo(JsonValue.from(FeatureQuestions.THOUGHTS));
        StringBuilder thoughts = new StringBuilder();
        chunks(target, low.apply(params(target, FeatureQuestions.PROMPT))).stream()
                .flatMap(chunk -> chunk.choices().stream())
                .map(choice -> choice.delta()._additionalProperties().get("reasoning_content"))
                .filter(Objects::nonNull)
                .forEach(piece -> thoughts.append(piece.asStringOrThrow()));
        assertThat(thoughts).hasToString(FeatureQuestions.THOUGHTS);
    }

    private static void embeddings(ClientTarget target) {
        OpenAIClient client = client(target.url(), FeatureQuestions.KEY);
        try {
            FeatureQuestions.assertEmbeddings(client
                    .embeddings()
                    .create(EmbeddingCreateParams.builder()
                            .model(target.embeddingModel())
                            .inputOfArrayOfStrings(FeatureQuestions.TEXTS)
                            .build())
                    .data()
                    .stream()
                    .map(Embedding::embedding)
                    .toList());
        } finally {
            client.close();
        }
    }

    private static void usage(ClientTarget target) {
        var whole =
                create(target, params(target, FeatureQuestions.PROMPT)).usage().orElseThrow();
        FeatureQuestions.assertUsage(whole.promptTokens(), whole.completionTokens());
        var streamed = chunks(
                        target,
                        params(target, FeatureQuestions.PROMPT)
                                .streamOptions(ChatCompletionStreamOptions.builder()
                                        .includeUsage(true)
                                        .build()))
                .getLast()
                .usage()
                .orElseThrow();
        FeatureQuestions.assertUsage(streamed.promptTokens(), streamed.completionTokens());
    }

    private static void errors(ClientTarget target) {
        OpenAIClient unknown = client(target.url(), FeatureQuestions.UNKNOWN_KEY);
        OpenAIClient client = client(target.failingUrl(), FeatureQuestions.KEY);
        try {
            ChatCompletionCreateParams params =
                    params(target, FeatureQuestions.PROMPT).build();
            assertThat(catchThrowableOfType(
                            UnauthorizedException.class,
                            () -> unknown.chat().completions().create(params)))
                    .isNotNull();
            ChatCompletionCreateParams hot = params.toBuilder().temperature(9.0).build();
            assertThat(catchThrowableOfType(
                                    BadRequestException.class,
                                    () -> client.chat().completions().create(hot))
                            .param())
                    .contains("temperature");
            ChatCompletionCreateParams limited =
                    params(target, FeatureQuestions.LIMITED).build();
            assertThat(catchThrowableOfType(
                            RateLimitException.class,
                            () -> client.chat().completions().create(limited)))
                    .isNotNull();
        } finally {
            unknown.close();
            client.close();
        }
    }
}
