package io.parley.provider.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Inline;
import io.parley.contract.ContentPart.Remote;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Prompt;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Pictures, documents and reasoning in a request")
class MessageWriterTest {

    private static final Inline PNG = new Inline("image/png", "iVBORw0=");
    private static final ContentPart IMAGE = new ContentPart.Image(PNG, Optional.of("low"));
    private static final ContentPart REMOTE =
            new ContentPart.Image(new Remote("https://pictures.example/a.jpg"), Optional.empty());
    private static final ContentPart PDF =
            new ContentPart.Document(new Inline("application/pdf", "JVBERg=="), Optional.of("a.pdf"));
    private static final ContentPart AUDIO = new ContentPart.Audio("wav", "UklG");

    private static final ChatMessage CALL =
            ChatMessage.assistantToolCalls("", List.of(new Tools.Call("call_1", "screenshot", "{}")));
    private static final ChatMessage RESULT =
            ChatMessage.toolResult(new Tools.Result("call_1", false), "").withParts(List.of(text("done"), IMAGE));

    private static final List<Thought> THOUGHTS = List.of(
            Thought.of("unsigned"),
            new Thought("signed", Optional.of("SIG"), false),
            new Thought("ENCRYPTED", Optional.empty(), true));

    @Test
    @DisplayName("to OpenAI are content parts")
    void openAi() {
        assertThat(messages(Format.OPENAI, user(text("Look"), IMAGE, REMOTE, PDF, AUDIO)))
                .isEqualTo(new JsonArray("""
                [{"role":"user","content":[{"type":"text","text":"Look"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0=","detail":"low"}},
                {"type":"image_url","image_url":{"url":"https://pictures.example/a.jpg"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}},
                {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]}]"""));
    }

    @Test
    @DisplayName("to OpenAI follow all tool results of a turn if they are part of one, because a result is text there")
    void openAiResult() {
        ChatMessage second = ChatMessage.toolResult(new Tools.Result("call_2", false), "ok");
        assertThat(messages(Format.OPENAI, CALL, RESULT, second, ChatMessage.user("And?")))
                .isEqualTo(new JsonArray("""
                [{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
                "function":{"name":"screenshot","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"call_1","content":"done"},
                {"role":"tool","tool_call_id":"call_2","content":"ok"},
                {"role":"user","content":[{"type":"text","text":"Attachments of the tool result call_1:"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0=","detail":"low"}}]},
                {"role":"user","content":"And?"}]"""));
    }

    @Test
    @DisplayName("to Anthropic are content blocks, also in tool results; blank texts are omitted")
    void anthropic() {
        assertThat(messages(Format.ANTHROPIC, user(text(" "), IMAGE, REMOTE, PDF), CALL, RESULT))
                .isEqualTo(new JsonArray("""
                [{"role":"user","content":[
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0="}},
                {"type":"image","source":{"type":"url","url":"https://pictures.example/a.jpg"}},
                {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="},"title":"a.pdf"}]},
                {"role":"assistant","content":[{"type":"tool_use","id":"call_1","name":"screenshot","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"done"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0="}}]}]}]"""));
    }

    @Test
    @DisplayName("to Ollama are images beside the text")
    void ollama() {
        assertThat(messages(Format.OLLAMA, user(text("Look"), IMAGE), CALL, RESULT))
                .isEqualTo(new JsonArray("""
                [{"role":"user","content":"Look","images":["iVBORw0="]},
                {"role":"assistant","content":"","tool_calls":[{"id":"call_1","function":{"name":"screenshot","arguments":{}}}]},
                {"role":"tool","content":"done","images":["iVBORw0="],"tool_call_id":"call_1","tool_name":"screenshot"}]"""));
    }

    @Test
    @DisplayName("go back only to a provider that can use them")
    void thoughts() {
        ChatMessage assistant = ChatMessage.assistant("Hello").withThoughts(THOUGHTS);
        ChatMessage user = ChatMessage.user("hi");
        assertThat(messages(Format.OPENAI, user, assistant, user).getJsonObject(1))
                .isEqualTo(new JsonObject("""
                {"role":"assistant","content":"Hello","reasoning_content":"unsigned\\n\\nsigned"}"""));
        assertThat(messages(Format.ANTHROPIC, user, assistant, user).getJsonObject(1))
                .isEqualTo(new JsonObject("""
                {"role":"assistant","content":[{"type":"thinking","thinking":"signed","signature":"SIG"},
                {"type":"redacted_thinking","data":"ENCRYPTED"},{"type":"text","text":"Hello"}]}"""));
        assertThat(messages(Format.OLLAMA, user, assistant, user).getJsonObject(1))
                .isEqualTo(new JsonObject("""
                {"role":"assistant","content":"Hello","thinking":"unsigned\\n\\nsigned"}"""));
        assertThat(body(
                                provider(Format.OPENAI, "https://api.openai.com/v1", Optional.empty()),
                                prompt(user, assistant, user))
                        .getJsonArray("messages")
                        .getJsonObject(1))
                .isEqualTo(new JsonObject("{\"role\":\"assistant\",\"content\":\"Hello\"}"));
    }

    @Test
    @DisplayName("do not count as text in an estimate, but as a number of tokens each")
    void estimates() {
        Prompt prompt = prompt(user(text("Look"), IMAGE, REMOTE, PDF, AUDIO));
        assertThat(prompt.texts()).containsExactly("Look");
        assertThat(prompt.attachmentTokens()).isEqualTo(100 + 1_000 + 3_000 + 1_000);
    }

    @Test
    @DisplayName("have tokens for the answer besides the reasoning, in a request without a limit")
    void tokensForTheAnswer() {
        GenerationOptions options = GenerationOptions.of(OptionalDouble.empty(), OptionalInt.empty())
                .withThinking(true);
        JsonObject body = older(new Prompt(List.of(ChatMessage.user("hi")), options));
        int budget = body.getJsonObject("thinking").getInteger("budget_tokens");
        assertThat(body.getInteger("max_tokens") - budget).isEqualTo(4_096);
    }

    @Test
    @DisplayName("have an effort in current versions of Anthropic's API, and a budget before")
    void anthropicThinking() {
        Prompt prompt = reasoning(ReasoningEffort.LOW, OptionalInt.of(2_000), 4_000);
        JsonObject current = body(provider(Format.ANTHROPIC, "http://127.0.0.1:1", Optional.empty()), prompt);
        assertThat(current.getJsonObject("thinking")).isEqualTo(new JsonObject("{\"type\":\"adaptive\"}"));
        assertThat(current.getJsonObject("output_config")).isEqualTo(new JsonObject("{\"effort\":\"low\"}"));
        assertThat(older(prompt).getJsonObject("thinking"))
                .isEqualTo(new JsonObject("{\"type\":\"enabled\",\"budget_tokens\":2000}"));
        assertThat(older(reasoning(ReasoningEffort.LOW, OptionalInt.of(9_000), 4_000))
                        .getJsonObject("thinking")
                        .getInteger("budget_tokens"))
                .isEqualTo(3_999);
        assertThat(older(reasoning(ReasoningEffort.LOW, OptionalInt.of(9_000), 500))
                        .containsKey("thinking"))
                .isFalse();
        assertThat(older(reasoning(ReasoningEffort.NONE, OptionalInt.empty(), 500))
                        .getJsonObject("thinking"))
                .isEqualTo(new JsonObject("{\"type\":\"disabled\"}"));
    }

    private static JsonObject older(Prompt prompt) {
        return body(provider(Format.ANTHROPIC, "http://127.0.0.1:1", Optional.of("2023-06-01")), prompt);
    }

    private static Prompt reasoning(ReasoningEffort effort, OptionalInt tokens, int maxTokens) {
        GenerationOptions options = new GenerationOptions(
                OptionalDouble.empty(),
                OptionalInt.of(maxTokens),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of(),
                false,
                Optional.of(effort),
                tokens,
                Set.of());
        return new Prompt(List.of(ChatMessage.user("hi")), options);
    }

    private static ContentPart text(String text) {
        return new ContentPart.Text(text);
    }

    private static ChatMessage user(ContentPart... parts) {
        return ChatMessage.user("").withParts(List.of(parts));
    }

    private static Prompt prompt(ChatMessage... messages) {
        return new Prompt(List.of(messages), GenerationOptions.NONE);
    }

    private static JsonArray messages(Format format, ChatMessage... messages) {
        return body(provider(format, "http://127.0.0.1:1", Optional.empty()), prompt(messages))
                .getJsonArray("messages");
    }

    private static JsonObject body(ProviderConfig provider, Prompt prompt) {
        return Dialect.of(provider).request("m", prompt).body().toJsonObject();
    }

    private static ProviderConfig provider(Format format, String baseUrl, Optional<String> version) {
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                "v",
                format,
                URI.create(baseUrl),
                Optional.empty(),
                "m",
                version,
                4096,
                1 << 20,
                new Timeouts(second, second, second, second, second));
    }
}
