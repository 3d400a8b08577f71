package io.parley.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.ThinkingConfigEnabled;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Anthropic's Java library. */
final class AnthropicJava implements ClientLibrary {

    private static final long MAX_TOKENS = 2000;
    private static final long THINKING_TOKENS = 1024;

    @Override
    public String name() {
        return "anthropic-java";
    }

    @Override
    public Map<ClientFeature, Check> checks() {
        Map<ClientFeature, Check> checks = new EnumMap<>(ClientFeature.class);
        checks.put(
                ClientFeature.TEXT,
                target -> assertThat(text(create(target, params(target, FeatureQuestions.PROMPT))))
                        .isEqualTo(FeatureQuestions.ANSWER));
        checks.put(ClientFeature.STREAM, AnthropicJava::stream);
        checks.put(ClientFeature.TOOLS, target -> tools(target, params -> create(target, params)));
        checks.put(ClientFeature.STREAMED_TOOLS, target -> tools(target, params -> streamed(target, params)));
        checks.put(ClientFeature.SCHEMA, AnthropicJava::schema);
        checks.put(ClientFeature.PICTURE, AnthropicJava::picture);
        checks.put(ClientFeature.THINKING, AnthropicJava::thinking);
        checks.put(ClientFeature.USAGE, AnthropicJava::usage);
        checks.put(ClientFeature.ERRORS, AnthropicJava::errors);
        return checks;
    }

    @Override
    public OptionalInt status(Throwable error) {
        return error instanceof AnthropicServiceException e ? OptionalInt.of(e.statusCode()) : OptionalInt.empty();
    }

    private static AnthropicClient client(String url, String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(url)
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static MessageCreateParams.Builder params(ClientTarget target) {
        return MessageCreateParams.builder().model(target.model()).maxTokens(MAX_TOKENS);
    }

    private static MessageCreateParams.Builder params(ClientTarget target, String prompt) {
        return params(target).addUserMessage(prompt);
    }

    private static Message create(ClientTarget target, MessageCreateParams.Builder params) {
        AnthropicClient client = client(target.url(), FeatureQuestions.KEY);
        try {
            return client.messages().create(params.build());
        } finally {
            client.close();
        }
    }

    private static List<RawMessageStreamEvent> events(ClientTarget target, MessageCreateParams.Builder params) {
        AnthropicClient client = client(target.url(), FeatureQuestions.KEY);
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(params.build())) {
            return stream.stream().toList();
        } finally {
            client.close();
        }
    }

    private static Message streamed(ClientTarget target, MessageCreateParams.Builder params) {
        MessageAccumulator sum = MessageAccumulator.create();
        events(target, params).forEach(sum::accumulate);
        return sum.message();
    }

    private static String text(Message message) {
        return message.content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .collect(Collectors.joining());
    }

    private static void stream(ClientTarget target) {
        List<String> pieces = events(target, params(target, FeatureQuestions.PROMPT)).stream()
                .flatMap(event -> event.contentBlockDelta().stream())
                .flatMap(event -> event.delta().text().stream())
                .map(delta -> delta.text())
                .toList();
        assertThat(pieces).hasSizeGreaterThan(1);
        assertThat(String.join("", pieces)).isEqualTo(FeatureQuestions.ANSWER);
    }

    private interface Ask {
        Message ask(MessageCreateParams.Builder params);
    }

    private static void tools(ClientTarget target, Ask how) {
        Tool.InputSchema.Builder schema = Tool.InputSchema.builder();
        FeatureQuestions.WEATHER_SCHEMA.forEach((name, value) -> {
            if (!name.equals("type")) { // the library adds it
                schema.putAdditionalProperty(name, JsonValue.from(value));
            }
        });
        MessageCreateParams.Builder talk = params(target, FeatureQuestions.WEATHER)
                .addTool(Tool.builder()
                        .name("weather")
                        .inputSchema(schema.build())
                        .build());
        Message asked = how.ask(talk);
        assertThat(asked.stopReason()).contains(StopReason.TOOL_USE);
        List<ContentBlockParam> results = asked.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .map(AnthropicJava::result)
                .toList();
        talk.addMessage(asked).addUserMessageOfContentBlockParams(results);
        assertThat(text(how.ask(talk))).isEqualTo(FeatureQuestions.WEATHER_ANSWER);
    }

    private static ContentBlockParam result(ToolUseBlock call) {
        Map<?, ?> input = Objects.requireNonNull(call._input().convert(Map.class));
        String arguments = new JsonObject().put("city", input.get("city")).encode();
        return ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                .toolUseId(call.id())
                .content(FeatureQuestions.weather(arguments))
                .build());
    }

    private static void schema(ClientTarget target) {
        JsonOutputFormat.Schema.Builder schema = JsonOutputFormat.Schema.builder();
        FeatureQuestions.PLACE_SCHEMA.forEach(
                (name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
        OutputConfig format = OutputConfig.builder()
                .format(JsonOutputFormat.builder().schema(schema.build()).build())
                .build();
        FeatureQuestions.assertPlace(
                text(create(target, params(target, FeatureQuestions.PLACE).outputConfig(format))));
    }

    private static void picture(ClientTarget target) {
        List<ContentBlockParam> blocks = List.of(
                ContentBlockParam.ofText(
                        TextBlockParam.builder().text(FeatureQuestions.PICTURE).build()),
                ContentBlockParam.ofImage(Base64ImageSource.builder()
                        .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                        .data(FeatureQuestions.PNG)
                        .build()));
        assertThat(text(create(target, params(target).addUserMessageOfContentBlockParams(blocks))))
                .isEqualTo(FeatureQuestions.PICTURE_ANSWER);
    }

    private static void thinking(ClientTarget target) {
        ThinkingConfigEnabled budget =
                ThinkingConfigEnabled.builder().budgetTokens(THINKING_TOKENS).build();
        for (Message message : List.of(
                create(target, params(target, FeatureQuestions.PROMPT).thinking(budget)),
                streamed(target, params(target, FeatureQuestions.PROMPT).thinking(budget)))) {
            assertThat(text(message)).isEqualTo(FeatureQuestions.ANSWER);
            assertThat(message.content().stream()
                            .flatMap(block -> block.thinking().stream())
                            .map(block -> block.thinking()))
                    .containsExactly(FeatureQuestions.THOUGHTS);
        }
    }

    private static void usage(ClientTarget target) {
        for (Message message : List.of(
                create(target, params(target, FeatureQuestions.PROMPT)),
                streamed(target, params(target, FeatureQuestions.PROMPT)))) {
            FeatureQuestions.assertUsage(
                    message.usage().inputTokens()
                            + message.usage().cacheReadInputTokens().orElse(0L),
                    message.usage().outputTokens());
        }
    }

    private static void errors(ClientTarget target) {
        AnthropicClient unknown = client(target.url(), FeatureQuestions.UNKNOWN_KEY);
        AnthropicClient client = client(target.failingUrl(), FeatureQuestions.KEY);
        try {
            MessageCreateParams params = params(target, FeatureQuestions.PROMPT).build();
            assertThat(catchThrowableOfType(
                            UnauthorizedException.class,
                            () -> unknown.messages().create(params)))
                    .isNotNull();
            MessageCreateParams hot = params.toBuilder()
                    .putAdditionalBodyProperty("temperature", JsonValue.from(9))
                    .build();
            assertThat(catchThrowableOfType(
                            BadRequestException.class, () -> client.messages().create(hot)))
                    .hasMessageContaining("temperature");
            MessageCreateParams limited =
                    params(target, FeatureQuestions.LIMITED).build();
            assertThat(catchThrowableOfType(
                            RateLimitException.class, () -> client.messages().create(limited)))
                    .isNotNull();
        } finally {
            unknown.close();
            client.close();
        }
    }
}
