package io.parley.http.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Inline;
import io.parley.contract.ContentPart.Remote;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.ProblemException;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import io.parley.contract.Tools.ToolChoice;
import io.parley.http.generation.Translation;
import io.parley.json.StrictJsonReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The body of a chat completion, read for a provider of any format,")
class OpenAiBodyTest {

    private static final String USER = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    @Test
    @DisplayName("leaves harmless hints out and names them")
    void hints() {
        Translation translation = translate(USER, """
                "user":"u1","metadata":{"a":"b"},"prompt_cache_key":"k1","safety_identifier":"u1","store":false,
                "service_tier":"auto","verbosity":"low","prediction":{"type":"content","content":"x"},
                "prompt_cache_retention":"24h","reasoning":{"effort":"low","summary":"auto"}""");
        assertThat(translation.violations()).isEmpty();
        assertThat(translation.request().orElseThrow().droppedHints())
                .containsExactlyInAnyOrder(
                        "user",
                        "metadata",
                        "prompt_cache_key",
                        "safety_identifier",
                        "store",
                        "service_tier",
                        "verbosity",
                        "prediction",
                        "prompt_cache_retention",
                        "summary");
    }

    @Test
    @DisplayName("names unknown fields that have a value, at any depth, in characters that a header can hold")
    void unknown() {
        Translation translation = translate("""
                "messages":[{"role":"user","name":"Ann","annotations":[],"content":[
                {"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}]""", """
                "brand_new":{"a":[1]},"empty":{},"none":null,"bad\\r\\nname, x":1,"%s":1""".formatted("n".repeat(100)));
        assertThat(translation.violations()).isEmpty();
        assertThat(translation.parsed().droppedHints())
                .containsExactlyInAnyOrder("name", "cache_control", "brand_new", "bad??name??x", "n".repeat(64));
    }

    @ParameterizedTest
    @DisplayName("rejects a field that would change the answer, by name")
    @CsvSource(delimiter = '|', textBlock = """
            "n":9                                      | /n
            "logprobs":true                            | /logprobs
            "logit_bias":{"1":5}                       | /logit_bias
            "audio":{"voice":"alloy"}                  | /audio
            "modalities":["text","audio"]              | /modalities
            "web_search_options":{"user_location":1}   | /web_search_options
            "store":true                               | /store
            "service_tier":"flex"                      | /service_tier
            "chat_template_kwargs":{"a":1}             | /chat_template_kwargs
            "min_p":0.1                                | /min_p
            "tools":[{"type":"custom","custom":{}}]    | /tools/0/type
            "tool_choice":{"type":"custom"}            | /tool_choice/type
            """)
    void rejected(String field, String pointer) {
        assertThat(translate(USER, field).violations())
                .extracting(Violation::pointer, Violation::rule)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(pointer, "unsupported"));
    }

    @ParameterizedTest
    @DisplayName("accepts the same fields with the value that every provider has")
    @ValueSource(
            strings = {
                "\"n\":1,\"logprobs\":false,\"top_logprobs\":0,\"logit_bias\":{}",
                "\"modalities\":[\"text\"],\"audio\":null,\"web_search_options\":null,\"tools\":[],\"functions\":null"
            })
    void accepted(String fields) {
        Translation translation = translate(USER, fields);
        assertThat(translation.violations()).isEmpty();
        assertThat(translation.parsed().droppedHints()).isEmpty();
    }

    @Test
    @DisplayName("still has its model, its texts and its stream flag if it cannot be translated")
    void untranslatable() {
        Translation translation =
                translate(USER, "\"n\":9,\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        assertThat(translation.request()).isEmpty();
        assertThat(translation.unroutable()).isEmpty();
        assertThat(translation.selection().model()).hasValue("m");
        assertThat(translation.parsed().prompt().texts()).contains("hi");
        assertThat(translation.stream()).isTrue();
        assertThat(translation.includeUsage()).isTrue();
        ProblemException thrown = catchThrowableOfType(ProblemException.class, translation::orElseThrow);
        assertThat(((Problem.Invalid) thrown.problem()).violations()).isEqualTo(translation.violations());
    }

    @Test
    @DisplayName("has no provider at all if the server itself cannot read what it needs")
    void unroutable() {
        Translation translation = OpenAiBody.translate(
                StrictJsonReader.compatibleRequest("{\"model\":7,\"stream\":\"yes\",\"n\":2}".getBytes(UTF_8)),
                CachePolicy.DEFAULT);
        assertThat(translation.unroutable())
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder("/model", "/stream");
    }

    @Test
    @DisplayName("keeps pictures, documents and recordings in their order")
    void parts() {
        ChatMessage message = message("""
                {"role":"user","content":[{"type":"text","text":"Look"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0=","detail":"low"}},
                {"type":"image_url","image_url":{"url":"https://pictures.example/a.jpg"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}},
                {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}},{"type":"text","text":""}]}""");
        assertThat(message.parts())
                .containsExactly(
                        new ContentPart.Text("Look"),
                        new ContentPart.Image(new Inline("image/png", "iVBORw0="), Optional.of("low")),
                        new ContentPart.Image(new Remote("https://pictures.example/a.jpg"), Optional.empty()),
                        new ContentPart.Document(new Inline("application/pdf", "JVBERg=="), Optional.of("a.pdf")),
                        new ContentPart.Audio("wav", "UklG"),
                        new ContentPart.Text(""));
        assertThat(message.content()).startsWith("Look");
    }

    @Test
    @DisplayName("reads a document of plain text as text, after its name")
    void textDocument() {
        ChatMessage message = message("""
                {"role":"user","content":[{"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGk="}}]}""");
        assertThat(message.parts()).isEmpty();
        assertThat(message.content()).isEqualTo("a.txt\n\nhi");
    }

    @Test
    @DisplayName("keeps pictures in the result of a tool")
    void resultParts() {
        ChatMessage message = message("""
                {"role":"tool","tool_call_id":"c","content":[
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0="}}]}""");
        assertThat(message.toolResult()).isPresent();
        assertThat(message.parts()).hasSize(1);
    }

    @ParameterizedTest
    @DisplayName("rejects a part that it cannot read, by its position")
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"video_url","video_url":{"url":"https://a.example/v"}}          | /type
            {"type":"image_url"}                                                    | /image_url
            {"type":"image_url","image_url":{"url":"ftp://a.example/p"}}            | /image_url/url
            {"type":"image_url","image_url":{"url":"http://127.0.0.1/p"}}           | /image_url/url
            {"type":"image_url","image_url":{"url":"data:image/png;base64,%%%"}}    | /image_url/url
            {"type":"image_url","image_url":{"url":"data:image/png,raw"}}           | /image_url/url
            {"type":"file","file":{"file_id":"file-1"}}                             | /file/file_id
            {"type":"file","file":{"filename":"a.pdf"}}                             | /file/file_data
            {"type":"input_audio","input_audio":{"data":"?","format":"wav"}}        | /input_audio/data
            """)
    void invalidPart(String part, String pointer) {
        Translation translation =
                translate("\"messages\":[{\"role\":\"user\",\"content\":[" + part + "]}]", "\"top_p\":1");
        assertThat(translation.violations())
                .extracting(Violation::pointer)
                .containsExactly("/messages/0/content/0" + pointer);
    }

    @ParameterizedTest
    @DisplayName("reads empty and missing arguments of a call as an object without fields, and an object as its text")
    @CsvSource(delimiter = '|', textBlock = """
            ,"arguments":""        | {}
            ,"arguments":null      | {}
                                   | {}
            ,"arguments":{}        | {}
            ,"arguments":{"a":[1]} | {"a":[1]}
            ,"arguments":"{\\"a\\":1}" | {"a":1}
            """)
    void arguments(String field, String expected) {
        ChatMessage message = message("""
                {"role":"assistant","content":null,"tool_calls":[
                {"id":"c","type":"function","function":{"name":"f"%s}}]}""".formatted(field == null ? "" : field));
        assertThat(message.toolCalls()).containsExactly(new Tools.Call("c", "f", expected));
    }

    @Test
    @DisplayName("keeps the reasoning of earlier answers, also beside a content of null")
    void reasoningContent() {
        ChatMessage message = message("""
                {"role":"assistant","content":null,"reasoning_content":"I need the tool."}""");
        assertThat(message.thoughts()).containsExactly(Thought.of("I need the tool."));
        assertThat(message.content()).isEmpty();
    }

    @Test
    @DisplayName("reads functions and their calls as tools")
    void functions() {
        Translation translation = translate("""
                "messages":[{"role":"user","content":"hi"},
                {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
                {"role":"function","name":"f","content":"ok"}]""", """
                "functions":[{"name":"f","description":"d","parameters":{"type":"object"}}],"function_call":{"name":"f"}""");
        assertThat(translation.violations()).isEmpty();
        assertThat(translation.parsed().droppedHints()).isEmpty();
        Tools tools = translation.parsed().prompt().tools();
        assertThat(tools.definitions()).extracting(Tools.Tool::name).containsExactly("f");
        assertThat(tools.forcedTool()).hasValue("f");
        assertThat(tools.parallel()).isFalse();
        List<ChatMessage> messages = translation.parsed().prompt().messages();
        String id = messages.get(1).toolCalls().getFirst().id();
        assertThat(messages.get(2).toolResult().orElseThrow().callId()).isEqualTo(id);
    }

    @Test
    @DisplayName("reads allowed tools as fewer tools")
    void allowedTools() {
        String tools = """
                "tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}],
                "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"%s"}}]}}""";
        Tools allowed = translate(USER, tools.formatted("b")).parsed().prompt().tools();
        assertThat(allowed.definitions()).extracting(Tools.Tool::name).containsExactly("b");
        assertThat(allowed.choice()).isEqualTo(ToolChoice.REQUIRED);
        assertThat(translate(USER, tools.formatted("c")).violations())
                .extracting(Violation::pointer)
                .containsExactly("/tool_choice");
    }

    @ParameterizedTest
    @DisplayName("reads reasoning in the words of several servers as an effort")
    @CsvSource(delimiter = '|', textBlock = """
            "reasoning_effort":"high","thinking":{"type":"disabled"} | HIGH   |
            "thinking":{"type":"enabled","budget_tokens":1024}       | LOW    | 1024
            "thinking":{"type":"enabled","budget_tokens":4096}       | MEDIUM | 4096
            "thinking":{"type":"enabled","budget_tokens":16384}      | HIGH   | 16384
            "thinking":{"type":"adaptive"}                           | MEDIUM |
            "thinking":{"type":"disabled"}                           | NONE   |
            "reasoning":{"effort":"minimal"}                         | MINIMAL |
            "reasoning":{"max_tokens":20000}                         | HIGH   | 20000
            "think":false                                            | NONE   |
            "think":"low"                                            | LOW    |
            "enable_thinking":true                                   | MEDIUM |
            """)
    void reasoning(String fields, ReasoningEffort effort, Integer tokens) {
        Translation translation = translate(USER, fields);
        assertThat(translation.violations()).isEmpty();
        GenerationOptions options = translation.parsed().prompt().options();
        assertThat(options.reasoningEffort()).hasValue(effort);
        assertThat(options.reasoningTokens()).isEqualTo(tokens == null ? OptionalInt.empty() : OptionalInt.of(tokens));
    }

    @Test
    @DisplayName("passes top_k on, which providers of other formats have")
    void topK() {
        assertThat(translate(USER, "\"top_k\":20").parsed().prompt().options().topK())
                .hasValue(20);
    }

    private static ChatMessage message(String message) {
        Translation translation = translate("\"messages\":[" + message + "]", "\"top_p\":1");
        assertThat(translation.violations()).isEmpty();
        assertThat(translation.parsed().droppedHints()).isEmpty();
        return translation.parsed().prompt().messages().getFirst();
    }

    private static Translation translate(String messages, String fields) {
        String body = "{\"model\":\"m\"," + messages + "," + fields + "}";
        return OpenAiBody.translate(StrictJsonReader.compatibleRequest(body.getBytes(UTF_8)), CachePolicy.DEFAULT);
    }
}
