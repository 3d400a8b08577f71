import com.anthropic.errors.AnthropicServiceException;
import com.openai.errors.OpenAIServiceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeTypeUtils;
import tools.jackson.databind.json.JsonMapper;

/** Tries Spring AI's clients as check.mjs describes it: one line of JSON for each feature and provider. */
public final class SpringAi {

    private static final String PROMPT = "Say hello in Köln 👋";
    private static final String ANSWER = "You said: " + PROMPT;
    private static final String THOUGHTS = "The user wants an answer.";
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII=";
    private static final String PLACE_SCHEMA =
            """
            {"type":"object","properties":{"city":{"type":"string"},"population":{"type":"integer"}},
            "required":["city","population"],"additionalProperties":false}""";
    private static final List<String> FEATURES = List.of(
            "text",
            "stream",
            "tools",
            "streamed tools",
            "JSON schema",
            "picture",
            "thinking",
            "embeddings",
            "usage",
            "errors");
    private static final JsonMapper JSON = JsonMapper.shared();

    private SpringAi() {}

    record Target(String provider, String url, String failingUrl, String model, String embeddingModel) {}

    record City(String city) {}

    interface Check {
        void run(Target target) throws Exception;
    }

    /** What the options of both libraries have in common here. */
    record Wanted(Double temperature, String schema, boolean thinking, List<ToolCallback> tools) {
        static final Wanted NOTHING = new Wanted(null, null, false, List.of());
    }

    interface Library {
        ChatModel model(String url, String key, String model, Wanted wanted);
    }

    public static void main(String[] args) {
        List<Target> targets = List.of(JSON.readValue(System.getenv("PARLEY_TARGETS"), Target[].class));
        Map<String, Check> embeddings = Map.of("embeddings", SpringAi::embeddings);
        run("Spring AI, OpenAI", targets, SpringAi::openai, embeddings);
        run("Spring AI, Anthropic", targets, SpringAi::anthropic, Map.of());
        System.exit(0);
    }

    private static ChatModel openai(String url, String key, String model, Wanted wanted) {
        OpenAiChatOptions.Builder options = OpenAiChatOptions.builder();
        options.baseUrl(url + "/v1").apiKey(key).maxRetries(0).streamUsage(true);
        options.model(model).temperature(wanted.temperature());
        options.toolCallbacks(wanted.tools());
        if (wanted.schema() != null) {
            options.outputSchema(wanted.schema());
        }
        if (wanted.thinking()) {
            options.reasoningEffort("low");
        }
        return OpenAiChatModel.builder().options(options.build()).build();
    }

    private static ChatModel anthropic(String url, String key, String model, Wanted wanted) {
        AnthropicChatOptions.Builder options = AnthropicChatOptions.builder();
        options.baseUrl(url).apiKey(key).maxRetries(0);
        options.model(model).maxTokens(2000).temperature(wanted.temperature());
        options.toolCallbacks(wanted.tools());
        if (wanted.schema() != null) {
            options.outputSchema(wanted.schema());
        }
        if (wanted.thinking()) {
            options.thinkingEnabled(1024);
        }
        return AnthropicChatModel.builder().options(options.build()).build();
    }

    private static void run(String client, List<Target> targets, Library library, Map<String, Check> more) {
        Map<String, Check> checks = new LinkedHashMap<>(more);
        checks.put("text", target -> equal(text(call(library, target, Wanted.NOTHING, PROMPT)), ANSWER));
        checks.put("stream", target -> stream(library, target));
        checks.put("tools", target -> tools(library, target, ChatModel::call));
        checks.put("streamed tools", target -> tools(library, target, SpringAi::streamed));
        checks.put("JSON schema", target -> {
            Wanted schema = new Wanted(null, PLACE_SCHEMA, false, List.of());
            String answer = text(call(library, target, schema, "Where is the Eiffel Tower? Answer in JSON."));
            equal(JSON.readTree(answer), JSON.readTree("{\"city\":\"Paris\",\"population\":1}"));
        });
        checks.put("picture", target -> {
            UserMessage question = UserMessage.builder()
                    .text("What is in the picture?")
                    .media(new Media(MimeTypeUtils.IMAGE_PNG, new ByteArrayResource(Base64.getDecoder().decode(PNG))))
                    .build();
            equal(text(model(library, target, Wanted.NOTHING).call(new Prompt(question))), "I see image/png, 68 bytes");
        });
        checks.put("thinking", target -> {
            ChatModel model = model(library, target, new Wanted(null, null, true, List.of()));
            ChatResponse whole = model.call(new Prompt(PROMPT));
            equal(thoughts(whole), THOUGHTS);
            equal(text(whole), ANSWER);
            if (client.endsWith("Anthropic")) { // of streamed thoughts, it says that they arrive, but not their text
                List<ChatResponse> pieces = model.stream(new Prompt(PROMPT)).collectList().block();
                equal(pieces.stream().anyMatch(piece -> thought(piece.getResult().getOutput())), true);
                equal(pieces.stream().map(SpringAi::text).collect(Collectors.joining()), ANSWER);
            } else {
                ChatResponse sum = streamed(model, new Prompt(PROMPT));
                equal(thoughts(sum), THOUGHTS);
                equal(text(sum), ANSWER);
            }
        });
        checks.put("usage", target -> {
            ChatModel model = model(library, target, Wanted.NOTHING);
            for (ChatResponse response : List.of(model.call(new Prompt(PROMPT)), streamed(model, new Prompt(PROMPT)))) {
                Usage usage = response.getMetadata().getUsage();
                Long cached = usage.getCacheReadInputTokens();
                // Of Anthropic's streams, it drops the number of cached tokens, which are not part of the others.
                boolean dropped = client.endsWith("Anthropic") && (cached == null || cached == 0) && usage.getPromptTokens() == 15;
                long apart = dropped ? 5 : client.endsWith("Anthropic") && cached != null ? cached : 0;
                equal(List.of(usage.getPromptTokens() + apart, (long) usage.getCompletionTokens()), List.of(20L, 7L));
            }
        });
        checks.put("errors", target -> {
            fails(401, library.model(target.url(), "sk-parley-unknown", target.model(), Wanted.NOTHING), PROMPT, e -> true);
            ChatModel hot = library.model(target.failingUrl(), "any", target.model(), new Wanted(9.0, null, false, List.of()));
            fails(400, hot, PROMPT, e -> String.valueOf(e.getMessage()).contains("temperature"));
            ChatModel failing = library.model(target.failingUrl(), "any", target.model(), Wanted.NOTHING);
            fails(429, failing, "Please fail with 429.", e -> true);
        });
        for (Target target : targets) {
            for (String feature : FEATURES) {
                attempt(client, target, feature, checks.get(feature));
            }
        }
    }

    private static void attempt(String client, Target target, String feature, Check check) {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("client", client);
        line.put("provider", target.provider());
        line.put("feature", feature);
        if (check == null || (feature.equals("embeddings") && target.embeddingModel().isEmpty())) {
            line.put("outcome", "–");
        } else {
            try {
                check.run(target);
                line.put("outcome", "yes");
            } catch (Exception | LinkageError e) {
                e.printStackTrace();
                line.put("outcome", status(e) == 400 ? "refused" : "no");
                line.put("reason", String.valueOf(e.getMessage()));
            }
        }
        byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.writeBytes(bytes);
        System.out.flush();
    }

    private static int status(Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof OpenAIServiceException service) {
                return service.statusCode();
            }
            if (e instanceof AnthropicServiceException service) {
                return service.statusCode();
            }
        }
        return 0;
    }

    private static ChatModel model(Library library, Target target, Wanted wanted) {
        return library.model(target.url(), "any", target.model(), wanted);
    }

    private static ChatResponse call(Library library, Target target, Wanted wanted, String prompt) {
        return model(library, target, wanted).call(new Prompt(prompt));
    }

    private static boolean thought(AssistantMessage message) {
        return message.getMetadata().containsKey("signature") || message.getMetadata().containsKey("thinking");
    }

    private static String text(ChatResponse response) {
        return response.getResults().stream()
                .map(Generation::getOutput)
                .filter(message -> !thought(message))
                .map(AssistantMessage::getText)
                .filter(Objects::nonNull)
                .collect(Collectors.joining());
    }

    private static String thoughts(ChatResponse response) {
        return response.getResults().stream()
                .map(Generation::getOutput)
                .map(message -> thought(message)
                        ? message.getText()
                        : String.valueOf(message.getMetadata().getOrDefault("reasoningContent", "")))
                .filter(Objects::nonNull)
                .collect(Collectors.joining());
    }

    private static ChatResponse streamed(ChatModel model, Prompt prompt) {
        AtomicReference<ChatResponse> whole = new AtomicReference<>();
        new MessageAggregator().aggregate(model.stream(prompt), whole::set).blockLast();
        return whole.get();
    }

    private static void stream(Library library, Target target) {
        List<String> pieces = new ArrayList<>();
        model(library, target, Wanted.NOTHING).stream(new Prompt(PROMPT)).toIterable().forEach(response -> {
            String piece = text(response);
            if (!piece.isEmpty()) {
                pieces.add(piece);
            }
        });
        equal(String.join("", pieces), ANSWER);
        if (pieces.size() < 2) {
            throw new IllegalStateException("the answer came in one piece");
        }
    }

    interface Ask {
        ChatResponse ask(ChatModel model, Prompt prompt);
    }

    private static void tools(Library library, Target target, Ask how) {
        ToolCallback weather = FunctionToolCallback.builder(
                        "weather", (City city) -> Map.of("Paris", "sunny", "Rome", "rainy").get(city.city()))
                .inputType(City.class)
                .toolCallResultConverter((result, type) -> String.valueOf(result))
                .build();
        ChatModel model = model(library, target, new Wanted(null, null, false, List.of(weather)));
        ChatOptions options = model.getOptions();
        Prompt prompt = new Prompt(List.of(new UserMessage("What is the weather in Paris and in Rome?")), options);
        ChatResponse response = how.ask(model, prompt);
        if (response.hasToolCalls()) {
            ToolCallingManager manager = ToolCallingManager.builder().build();
            prompt = new Prompt(manager.executeToolCalls(prompt, response).conversationHistory(), options);
            response = how.ask(model, prompt);
        }
        equal(text(response), "The results: sunny; rainy");
    }

    private static void embeddings(Target target) {
        OpenAiEmbeddingOptions.Builder options = OpenAiEmbeddingOptions.builder();
        options.baseUrl(target.url() + "/v1").apiKey("any").model(target.embeddingModel()).maxRetries(0);
        List<float[]> vectors =
                OpenAiEmbeddingModel.builder().options(options.build()).build().embed(List.of("ab", "abc"));
        equal(vectors.stream().map(vector -> vector.length + " " + vector[0]).toList(), List.of("8 0.02", "8 0.03"));
    }

    private static void fails(int status, ChatModel model, String prompt, Predicate<Throwable> detail) {
        try {
            model.call(new Prompt(prompt));
        } catch (RuntimeException e) {
            equal(status(e), status);
            if (!detail.test(e)) {
                throw new IllegalStateException("the error for " + status + " does not say why", e);
            }
            return;
        }
        throw new IllegalStateException("no error instead of " + status);
    }

    private static void equal(Object actual, Object expected) {
        if (!actual.equals(expected)) {
            throw new IllegalStateException("expected " + expected + ", got " + actual);
        }
    }
}
