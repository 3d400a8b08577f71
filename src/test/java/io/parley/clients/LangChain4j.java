package io.parley.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** LangChain4j with the models of one API. */
final class LangChain4j implements ClientLibrary {

    private final LangChain4jModels models;

    LangChain4j(LangChain4jModels models) {
        this.models = models;
    }

    @Override
    public String name() {
        return models.title();
    }

    @Override
    public Map<ClientFeature, Check> checks() {
        Map<ClientFeature, Check> checks = new EnumMap<>(ClientFeature.class);
        checks.put(
                ClientFeature.TEXT,
                target -> assertThat(text(create(target, prompt(FeatureQuestions.PROMPT))))
                        .isEqualTo(FeatureQuestions.ANSWER));
        checks.put(ClientFeature.STREAM, this::stream);
        checks.put(ClientFeature.TOOLS, target -> tools(request -> create(target, request)));
        checks.put(ClientFeature.STREAMED_TOOLS, target -> tools(request -> streamed(target, request)));
        checks.put(ClientFeature.SCHEMA, this::schema);
        checks.put(ClientFeature.PICTURE, this::picture);
        if (models != LangChain4jModels.OPENAI_RESPONSES) { // its responses have no thoughts
            checks.put(ClientFeature.THINKING, this::thinking);
        }
        if (models == LangChain4jModels.OPENAI_CHAT) {
            checks.put(ClientFeature.EMBEDDINGS, LangChain4j::embeddings);
        }
        checks.put(ClientFeature.USAGE, this::usage);
        checks.put(ClientFeature.ERRORS, this::errors);
        return checks;
    }

    @Override
    public OptionalInt status(Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof HttpException http) {
                return OptionalInt.of(http.statusCode());
            }
        }
        return OptionalInt.empty();
    }

    private static ChatRequest.Builder prompt(String text) {
        return new ChatRequest.Builder().messages(UserMessage.from(text));
    }

    private static LangChain4jModels.Options options(ClientTarget target) {
        return new LangChain4jModels.Options(target.url(), FeatureQuestions.KEY, target.model(), false);
    }

    private ChatResponse create(ClientTarget target, ChatRequest.Builder request) {
        return models.model(options(target)).chat(request.build());
    }

    private ChatResponse streamed(ClientTarget target, ChatRequest.Builder request) throws Exception {
        return stream(options(target), request, new CopyOnWriteArrayList<>());
    }

    private ChatResponse stream(LangChain4jModels.Options with, ChatRequest.Builder request, List<String> pieces)
            throws Exception {
        CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        models.streaming(with).chat(request.build(), new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                pieces.add(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                end.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                end.completeExceptionally(error);
            }
        });
        return end.get(20, TimeUnit.SECONDS);
    }

    private static String text(ChatResponse response) {
        return response.aiMessage().text();
    }

    private void stream(ClientTarget target) throws Exception {
        List<String> pieces = new CopyOnWriteArrayList<>();
        ChatResponse whole = stream(options(target), prompt(FeatureQuestions.PROMPT), pieces);
        assertThat(text(whole)).isEqualTo(FeatureQuestions.ANSWER);
        assertThat(pieces).hasSizeGreaterThan(1);
        assertThat(String.join("", pieces)).isEqualTo(FeatureQuestions.ANSWER);
    }

    private interface Ask {
        ChatResponse ask(ChatRequest.Builder request) throws Exception;
    }

    private static void tools(Ask how) throws Exception {
        ToolSpecification weather = ToolSpecification.builder()
                .name("weather")
                .parameters(JsonObjectSchema.builder()
                        .addStringProperty("city")
                        .required("city")
                        .build())
                .build();
        List<ChatMessage> messages = new ArrayList<>(List.of(UserMessage.from(FeatureQuestions.WEATHER)));
        ChatResponse asked =
                how.ask(new ChatRequest.Builder().messages(messages).toolSpecifications(weather));
        messages.add(asked.aiMessage());
        for (ToolExecutionRequest call : asked.aiMessage().toolExecutionRequests()) {
            messages.add(ToolExecutionResultMessage.from(call, FeatureQuestions.weather(call.arguments())));
        }
        assertThat(text(how.ask(new ChatRequest.Builder().messages(messages).toolSpecifications(weather))))
                .isEqualTo(FeatureQuestions.WEATHER_ANSWER);
    }

    private void schema(ClientTarget target) {
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder()
                        .name("place")
                        .rootElement(JsonObjectSchema.builder()
                                .addStringProperty("city")
                                .addIntegerProperty("population")
                                .required("city", "population")
                                .additionalProperties(false)
                                .build())
                        .build())
                .build();
        FeatureQuestions.assertPlace(
                text(create(target, prompt(FeatureQuestions.PLACE).responseFormat(format))));
    }

    private void picture(ClientTarget target) {
        UserMessage question = UserMessage.from(
                TextContent.from(FeatureQuestions.PICTURE), ImageContent.from(FeatureQuestions.PNG, "image/png"));
        assertThat(text(create(target, new ChatRequest.Builder().messages(question))))
                .isEqualTo(FeatureQuestions.PICTURE_ANSWER);
    }

    private void thinking(ClientTarget target) throws Exception {
        LangChain4jModels.Options with =
                new LangChain4jModels.Options(target.url(), FeatureQuestions.KEY, target.model(), true);
        for (ChatResponse response : List.of(
                models.model(with).chat(prompt(FeatureQuestions.PROMPT).build()),
                stream(with, prompt(FeatureQuestions.PROMPT), new CopyOnWriteArrayList<>()))) {
            assertThat(text(response)).isEqualTo(FeatureQuestions.ANSWER);
            assertThat(response.aiMessage().thinking()).isEqualTo(FeatureQuestions.THOUGHTS);
        }
    }

    private static void embeddings(ClientTarget target) {
        OpenAiEmbeddingModel model = OpenAiEmbeddingModel.builder()
                .baseUrl(target.url() + "/v1")
                .apiKey(FeatureQuestions.KEY)
                .modelName(target.embeddingModel())
                .maxRetries(0)
                .build();
        List<TextSegment> texts =
                FeatureQuestions.TEXTS.stream().map(TextSegment::from).toList();
        FeatureQuestions.assertEmbeddings(model.embedAll(texts).content().stream()
                .map(Embedding::vectorAsList)
                .toList());
    }

    private void usage(ClientTarget target) throws Exception {
        for (ChatResponse response : List.of(
                create(target, prompt(FeatureQuestions.PROMPT)), streamed(target, prompt(FeatureQuestions.PROMPT)))) {
            FeatureQuestions.assertUsage(
                    response.tokenUsage().inputTokenCount() + cached(response.tokenUsage()),
                    response.tokenUsage().outputTokenCount());
        }
    }

    /** What the library does not count as input. */
    private static int cached(TokenUsage usage) {
        return usage instanceof AnthropicTokenUsage anthropic ? anthropic.cacheReadInputTokens() : 0;
    }

    private void errors(ClientTarget target) {
        LangChain4jModels.Options unknown =
                new LangChain4jModels.Options(target.url(), FeatureQuestions.UNKNOWN_KEY, target.model(), false);
        LangChain4jModels.Options known =
                new LangChain4jModels.Options(target.failingUrl(), FeatureQuestions.KEY, target.model(), false);
        ChatRequest request = prompt(FeatureQuestions.PROMPT).build();
        assertThat(catchThrowableOfType(
                        AuthenticationException.class,
                        () -> models.model(unknown).chat(request)))
                .isNotNull();
        ChatRequest hot = prompt(FeatureQuestions.PROMPT).temperature(9.0).build();
        assertThat(catchThrowableOfType(
                        InvalidRequestException.class, () -> models.model(known).chat(hot)))
                .hasMessageContaining("temperature");
        ChatRequest limited = prompt(FeatureQuestions.LIMITED).build();
        assertThat(catchThrowableOfType(
                        RateLimitException.class, () -> models.model(known).chat(limited)))
                .isNotNull();
    }
}
