package io.parley.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig.Format;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Problem.Violation;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.Tools.ToolChoice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Capabilities of a provider format")
class FormatCapabilitiesTest {

    private static final Tools.Tool TOOL = new Tools.Tool("t", Optional.empty(), Optional.empty(), false);
    private static final Tools.Tool STRICT = new Tools.Tool("t", Optional.empty(), Optional.empty(), true);

    private static final ContentPart.Source REMOTE = new ContentPart.Remote("https://a.example/a");
    private static final ContentPart.Source PDF = new ContentPart.Inline("application/pdf", "JVBERg==");
    private static final ContentPart IMAGE =
            new ContentPart.Image(new ContentPart.Inline("image/png", "iVBORw0="), Optional.of("low"));

    @ParameterizedTest
    @DisplayName("all formats support the common options")
    @EnumSource
    void commonOptions(Format format) {
        Tools tools = new Tools(List.of(TOOL), ToolChoice.AUTO, Optional.empty(), true);
        assertThat(missing(format, tools, options(false, Optional.of(ReasoningEffort.LOW)), "{}"))
                .isEmpty();
    }

    @Test
    @DisplayName("some formats lack required tools; sequential tool calls and strict tools are left out by name")
    void tools() {
        assertThat(tools(Format.OLLAMA, STRICT, ToolChoice.AUTO, true)).isEmpty();
        assertThat(tools(Format.OLLAMA, TOOL, ToolChoice.REQUIRED, true)).contains("/tool_choice");
        assertThat(tools(Format.OLLAMA, TOOL, ToolChoice.AUTO, false)).isEmpty();
        Prompt sequential = new Prompt(
                List.of(ChatMessage.user("hi")),
                GenerationOptions.NONE,
                Optional.empty(),
                new Tools(List.of(STRICT), ToolChoice.AUTO, Optional.empty(), false));
        assertThat(FormatCapabilities.droppedHints(Format.OLLAMA, sequential))
                .containsExactly("strict", "parallel_tool_calls");
        assertThat(FormatCapabilities.droppedHints(Format.ANTHROPIC, sequential))
                .isEmpty();
        assertThat(tools(Format.OLLAMA, TOOL, ToolChoice.NONE, true)).isEmpty();
        assertThat(tools(Format.ANTHROPIC, STRICT, ToolChoice.REQUIRED, false)).isEmpty();
        assertThat(tools(Format.OPENAI, STRICT, ToolChoice.REQUIRED, false)).isEmpty();
    }

    @Test
    @DisplayName("JSON without a schema is asked of every format, at least in words")
    void json() {
        GenerationOptions json = options(true, Optional.empty());
        assertThat(missing(Format.ANTHROPIC, Tools.NONE, json, "{}")).isEmpty();
        assertThat(missing(Format.OPENAI, Tools.NONE, json, "{}")).isEmpty();
        assertThat(missing(Format.OLLAMA, Tools.NONE, json, "{}")).isEmpty();
    }

    @Test
    @DisplayName("some formats reject tool arguments that are not a JSON object")
    void arguments() {
        assertThat(missing(Format.ANTHROPIC, Tools.NONE, GenerationOptions.NONE, "{\"cut\":"))
                .contains("/messages/1/tool_calls/0");
        assertThat(missing(Format.OLLAMA, Tools.NONE, GenerationOptions.NONE, "[]"))
                .contains("/messages/1/tool_calls/0");
        assertThat(missing(Format.OPENAI, Tools.NONE, GenerationOptions.NONE, "{\"cut\":"))
                .isEmpty();
    }

    @ParameterizedTest
    @DisplayName("some formats lack some reasoning efforts")
    @CsvSource({
        "ANTHROPIC, NONE, false",
        "ANTHROPIC, MINIMAL, true",
        "ANTHROPIC, MAX, false",
        "OLLAMA, NONE, false",
        "OLLAMA, MINIMAL, true",
        "OLLAMA, MAX, true",
        "OPENAI, MINIMAL, false"
    })
    void efforts(Format format, ReasoningEffort effort, boolean unsupported) {
        assertThat(missing(format, Tools.NONE, options(false, Optional.of(effort)), "{}")
                        .isPresent())
                .isEqualTo(unsupported);
    }

    @Test
    @DisplayName("the options that a format has no field for are left out by name")
    void droppedOptions() {
        Prompt prompt =
                new Prompt(List.of(ChatMessage.user("").withParts(List.of(IMAGE))), options(false, Optional.empty()));
        assertThat(FormatCapabilities.droppedHints(Format.ANTHROPIC, prompt))
                .containsExactly("frequency_penalty", "presence_penalty", "seed", "detail");
        assertThat(FormatCapabilities.droppedHints(Format.OLLAMA, prompt)).containsExactly("detail");
        assertThat(FormatCapabilities.droppedHints(Format.OPENAI, prompt)).containsExactly("top_k");
    }

    @ParameterizedTest
    @DisplayName("each format has other pictures, documents and recordings; what it has not is found where it stands")
    @CsvSource(delimiter = '|', textBlock = """
            IMAGE           | OPENAI    |
            IMAGE           | ANTHROPIC |
            IMAGE           | OLLAMA    |
            REMOTE_IMAGE    | OPENAI    |
            REMOTE_IMAGE    | ANTHROPIC |
            REMOTE_IMAGE    | OLLAMA    | supports no images by URL: send the image itself
            DOCUMENT        | OPENAI    |
            DOCUMENT        | ANTHROPIC |
            DOCUMENT        | OLLAMA    | supports no documents
            REMOTE_DOCUMENT | OPENAI    | supports no documents by URL: send the document itself
            REMOTE_DOCUMENT | ANTHROPIC |
            REMOTE_DOCUMENT | OLLAMA    | supports no documents
            AUDIO           | OPENAI    |
            AUDIO           | ANTHROPIC | supports no audio
            AUDIO           | OLLAMA    | supports no audio
            """)
    void attachments(Attachment attachment, Format format, @Nullable String reason) {
        ContentPart text = new ContentPart.Text("Look");
        Optional<Violation> refused = Optional.ofNullable(reason)
                .map(words ->
                        new Violation("/messages/1/content/1", "unsupported", "the provider of this model " + words));
        List<ChatMessage> carriers =
                List.of(ChatMessage.user(""), ChatMessage.toolResult(new Tools.Result("c", false), ""));
        for (ChatMessage carrier : carriers) {
            Prompt prompt = new Prompt(
                    List.of(ChatMessage.user("hi"), carrier.withParts(List.of(text, attachment.part))),
                    GenerationOptions.NONE);
            assertThat(FormatCapabilities.unsupported(format, prompt)).isEqualTo(refused);
        }
    }

    private enum Attachment {
        IMAGE(FormatCapabilitiesTest.IMAGE),
        REMOTE_IMAGE(new ContentPart.Image(REMOTE, Optional.empty())),
        DOCUMENT(new ContentPart.Document(PDF, Optional.empty())),
        REMOTE_DOCUMENT(new ContentPart.Document(REMOTE, Optional.empty())),
        AUDIO(new ContentPart.Audio("wav", "UklG"));

        private final ContentPart part;

        Attachment(ContentPart part) {
            this.part = part;
        }
    }

    private static Optional<String> tools(Format format, Tools.Tool tool, ToolChoice use, boolean parallel) {
        return missing(format, new Tools(List.of(tool), use, Optional.empty(), parallel), GenerationOptions.NONE, "{}");
    }

    private static Optional<String> missing(Format format, Tools tools, GenerationOptions options, String arguments) {
        List<ChatMessage> messages = List.of(
                ChatMessage.user("hi"),
                ChatMessage.assistantToolCalls("", List.of(new Tools.Call("c", "t", arguments))),
                ChatMessage.toolResult(new Tools.Result("c", false), "ok"));
        Prompt prompt = new Prompt(messages, options, Optional.empty(), tools);
        return FormatCapabilities.unsupported(format, prompt).map(Violation::pointer);
    }

    private static GenerationOptions options(boolean json, Optional<ReasoningEffort> effort) {
        return new GenerationOptions(
                OptionalDouble.of(0.1),
                OptionalInt.of(1),
                OptionalDouble.of(0.1),
                OptionalInt.of(1),
                OptionalDouble.of(1),
                OptionalDouble.of(1),
                OptionalLong.of(1),
                List.of("x"),
                json,
                effort);
    }
}
