package io.parley.http.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Inline;
import io.parley.contract.ContentPart.Remote;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Problem.Violation;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import io.parley.http.generation.Translation;
import io.parley.json.StrictJsonReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A body in Anthropic's format, read for a provider of any format,")
class AnthropicBodyTest {

    private static final String USER = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    @Test
    @DisplayName("leaves hints out and names them, also those of blocks and tools")
    void hints() {
        Translation translation = translate("""
                "messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}]""", """
                "metadata":{"user_id":"u"},"service_tier":"auto","container":null,"mcp_servers":[],
                "system":[{"type":"text","text":"Be kind.","cache_control":{"type":"ephemeral"}}],
                "tools":[{"name":"f","input_schema":{"type":"object"},"eager_input_streaming":true}],
                "thinking":{"type":"adaptive","display":"summarized"}""");
        assertThat(translation.violations()).isEmpty();
        assertThat(translation.request().orElseThrow().droppedHints())
                .containsExactlyInAnyOrder(
                        "cache_control", "metadata", "service_tier", "eager_input_streaming", "display");
    }

    @ParameterizedTest
    @DisplayName("rejects a field that only Anthropic has, by name")
    @CsvSource(delimiter = '|', textBlock = """
            "container":"c_1"                                          | /container
            "mcp_servers":[{"type":"url"}]                             | /mcp_servers
            "context_management":{"edits":[{"type":"clear"}]}          | /context_management
            "service_tier":"priority"                                  | /service_tier
            "tools":[{"type":"web_search_20250305","name":"web"}]      | /tools/0/type
            "output_config":{"format":{"type":"xml"}}                  | /output_config/format/type
            """)
    void rejected(String field, String pointer) {
        assertThat(translate(USER, field).violations())
                .extracting(Violation::pointer)
                .contains(pointer);
    }

    @Test
    @DisplayName("still has its model and its texts if it cannot be translated")
    void untranslatable() {
        Translation translation = translate(USER, "\"container\":\"c_1\",\"stream\":true");
        assertThat(translation.request()).isEmpty();
        assertThat(translation.unroutable()).isEmpty();
        assertThat(translation.selection().model()).hasValue("m");
        assertThat(translation.parsed().prompt().texts()).contains("hi");
        assertThat(translation.stream()).isTrue();
    }

    @Test
    @DisplayName("keeps pictures and documents, also in tool results, and reads plain text documents as text")
    void parts() {
        List<ChatMessage> messages = messages("""
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"done"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0="}}]},
                {"type":"image","source":{"type":"url","url":"https://pictures.example/a.jpg"}},
                {"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}},
                {"type":"document","title":"Notes","source":{"type":"text","media_type":"text/plain","data":"Milk"}}]}""");
        assertThat(messages).hasSize(2);
        assertThat(messages.getFirst().parts())
                .containsExactly(
                        new ContentPart.Text("done"),
                        new ContentPart.Image(new Inline("image/png", "iVBORw0="), Optional.empty()));
        assertThat(messages.getLast().parts())
                .containsExactly(
                        new ContentPart.Image(new Remote("https://pictures.example/a.jpg"), Optional.empty()),
                        new ContentPart.Document(new Inline("application/pdf", "JVBERg=="), Optional.of("a.pdf")),
                        new ContentPart.Text("Notes\n\nMilk"));
    }

    @ParameterizedTest
    @DisplayName("rejects a block that it cannot read, by its position")
    @CsvSource(delimiter = '|', textBlock = """
            user      | {"type":"image"}                                                       | /source
            user      | {"type":"image","source":{"type":"file","file_id":"f"}}                | /source/type
            user      | {"type":"image","source":{"type":"url","url":"http://127.0.0.1/p"}}    | /source/url
            user      | {"type":"search_result","title":"t"}                                   | /type
            user      | {"type":"document","source":{"type":"base64","media_type":"?","data":""}} | /source/media_type
            assistant | {"type":"server_tool_use","id":"s","name":"web_search","input":{}}     | /type
            """)
    void invalidBlock(String role, String block, String pointer) {
        Translation translation = translate(
                "\"messages\":[{\"role\":\"" + role + "\",\"content\":[" + block
                        + "]},{\"role\":\"user\",\"content\":\"hi\"}]",
                "\"top_p\":1");
        assertThat(translation.violations()).extracting(Violation::pointer).contains("/messages/0/content/0" + pointer);
    }

    @Test
    @DisplayName("keeps thinking blocks of earlier answers with their signatures, and calls without input")
    void assistant() {
        ChatMessage message = messages("""
                {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"SIG"},
                {"type":"redacted_thinking","data":"ENC"},{"type":"text","text":""},
                {"type":"tool_use","id":"a","name":"f","input":""},{"type":"tool_use","id":"b","name":"f"},
                {"type":"tool_use","id":"c","name":"f","input":{"x":1}}]},{"role":"user","content":"hi"}""").getFirst();
        assertThat(message.thoughts())
                .containsExactly(
                        new Thought("hm", Optional.of("SIG"), false), new Thought("ENC", Optional.empty(), true));
        assertThat(message.toolCalls()).extracting(Tools.Call::arguments).containsExactly("{}", "{}", "{\"x\":1}");
    }

    @ParameterizedTest
    @DisplayName("reads thinking and effort as an effort")
    @CsvSource(delimiter = '|', textBlock = """
            "thinking":{"type":"enabled","budget_tokens":1024}                                    | LOW    | 1024
            "thinking":{"type":"enabled","budget_tokens":10000}                                   | MEDIUM | 10000
            "thinking":{"type":"adaptive"},"output_config":{"effort":"max"}                       | MAX    |
            "thinking":{"type":"disabled"},"output_config":{"effort":"max"}                       | NONE   |
            "output_config":{"effort":"low"}                                                      | LOW    |
            """)
    void reasoning(String fields, ReasoningEffort effort, Integer tokens) {
        Translation translation = translate(USER, fields);
        assertThat(translation.violations()).isEmpty();
        GenerationOptions options = translation.parsed().prompt().options();
        assertThat(options.reasoningEffort()).hasValue(effort);
        assertThat(options.reasoningTokens()).isEqualTo(tokens == null ? OptionalInt.empty() : OptionalInt.of(tokens));
    }

    private static List<ChatMessage> messages(String messages) {
        Translation translation = translate("\"messages\":[" + messages + "]", "\"top_p\":1");
        assertThat(translation.violations()).isEmpty();
        assertThat(translation.parsed().droppedHints()).isEmpty();
        return translation.parsed().prompt().messages();
    }

    private static Translation translate(String messages, String fields) {
        String body = "{\"model\":\"m\",\"max_tokens\":9," + messages + "," + fields + "}";
        return AnthropicBody.translate(
                StrictJsonReader.compatibleRequest(body.getBytes(UTF_8)), AnthropicVersion.FIRST, CachePolicy.DEFAULT);
    }
}
