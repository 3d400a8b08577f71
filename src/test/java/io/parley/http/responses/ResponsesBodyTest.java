package io.parley.http.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.Problem;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import io.parley.json.StrictJsonReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The body of a request for a response")
class ResponsesBodyTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @DisplayName("is rejected for an invalid or unsupported field, by its pointer and rule")
    @CsvSource(delimiter = '|', textBlock = """
            "model":7                                                     | /model                 | type
            "input":null                                                  | /input                 | required
            "input":[]                                                    | /input                 | size
            "input":[7]                                                   | /input/0               | type
            "input":[{"role":"wizard","content":"x"}]                     | /input/0/role          | enum
            "input":[{"role":"user"}]                                     | /input/0/content       | required
            "input":[{"role":"assistant","content":[{"type":"input_image","image_url":"https://x"}]}] | /input/0/content | unsupported
            "input":[{"type":"computer_call"}]                            | /input/0/type          | unsupported
            "input":[{"type":"custom_tool_call","call_id":"c"}]           | /input/0/type          | unsupported
            "input":[{"role":"user","content":[{"type":"video"}]}]        | /input/0/content/0/type | unsupported
            "input":[{"role":"user","content":[{"type":"input_image","image_url":"ftp://x"}]}] | /input/0/content/0/image_url | url
            "input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png,x"}]}] | /input/0/content/0/image_url | url
            "input":[{"role":"user","content":[{"type":"input_file","file_id":"f"}]}] | /input/0/content/0/file_id | unsupported
            "input":[{"type":"function_call_output","call_id":"c","output":"x"}] | /input/0/call_id | reference
            "input":[{"type":"item_reference","id":"msg_x"}]              | /input/0/id            | reference
            "tools":[{"type":"custom","name":"c"}]                        | /tools/0/type          | unsupported
            "tools":[{"type":"mcp","server_label":"c"}]                   | /tools/0/type          | unsupported
            "tools":[{"type":"function"}]                                 | /tools/0/name          | required
            "tool_choice":"required"                                      | /tool_choice           | choice
            "tool_choice":"any"                                           | /tool_choice           | enum
            "tool_choice":{"type":"function","name":"n"}                  | /tool_choice           | choice
            "tool_choice":{"type":"allowed_tools","tools":[{"type":"function","name":"n"}]} | /tool_choice/tools | choice
            "tool_choice":{"type":"mcp"}                                  | /tool_choice/type      | unsupported
            "text":{"format":{"type":"json_schema","name":"n"}}           | /text/format/schema    | required
            "reasoning":{"effort":"heroic"}                               | /reasoning/effort      | enum
            "max_output_tokens":0                                         | /max_output_tokens     | range
            "temperature":3                                               | /temperature           | range
            "background":true                                             | /background            | unsupported
            "conversation":"conv_1"                                       | /conversation          | unsupported
            "prompt":{"id":"p"}                                           | /prompt                | unsupported
            "top_logprobs":3                                              | /top_logprobs          | unsupported
            "include":["message.output_text.logprobs"]                    | /include               | unsupported
            "stream":"yes"                                                | /stream                | type
            "previous_response_id":"no id"                                | /previous_response_id  | pattern
            """)
    void invalid(String field, String pointer, String rule) throws Exception {
        ObjectNode body = (ObjectNode) JSON.readTree("{\"model\":\"m\",\"input\":\"hi\"}");
        body.setAll((ObjectNode) JSON.readTree("{" + field + "}"));

        Problem problem = Problem.of(catchThrowable(() -> read(body.toString()).request()));

        assertThat(problem)
                .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        invalid -> assertThat(invalid.violations())
                                .singleElement()
                                .satisfies(violation -> {
                                    assertThat(violation.pointer()).isEqualTo(pointer);
                                    assertThat(violation.rule()).isEqualTo(rule);
                                }));
    }

    @Test
    @DisplayName("becomes one message for the reasoning, text and calls of one answer")
    void answers() {
        assertThat(messages("""
                [{"type":"reasoning","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],"encrypted_content":"signed:s"},
                {"role":"assistant","content":[{"type":"output_text","text":"Let me see"}]},
                {"type":"function_call","call_id":"1","name":"f","arguments":"{}"},
                {"type":"function_call","call_id":"2","name":"g","arguments":""},
                {"type":"function_call_output","call_id":"2","output":"two"},
                {"type":"function_call_output","call_id":"1","output":"one"},
                {"type":"reasoning","summary":[],"encrypted_content":"redacted:d"},
                {"role":"assistant","content":"Done"},
                {"role":"assistant","content":[{"type":"refusal","refusal":"No more"}]},
                {"type":"reasoning","summary":[{"type":"summary_text","text":"lost"}]}]"""))
                .containsExactly(
                        ChatMessage.assistantToolCalls(
                                        "Let me see",
                                        List.of(new Tools.Call("1", "f", "{}"), new Tools.Call("2", "g", "{}")))
                                .withThoughts(List.of(new Thought("a\n\nb", Optional.of("s"), false))),
                        ChatMessage.toolResult(new Tools.Result("2", false), "two"),
                        ChatMessage.toolResult(new Tools.Result("1", false), "one"),
                        ChatMessage.assistant("Done").withThoughts(List.of(new Thought("d", Optional.empty(), true))),
                        ChatMessage.assistant("No more"));
    }

    @Test
    @DisplayName("keeps images and files as parts, in messages and in the outputs of calls")
    void parts() {
        ContentPart image = new ContentPart.Image(new ContentPart.Inline("image/png", "AAAA"), Optional.of("low"));
        ContentPart remote = new ContentPart.Image(new ContentPart.Remote("https://x.example/a.png"), Optional.empty());
        ContentPart file =
                new ContentPart.Document(new ContentPart.Inline("application/pdf", "BBBB"), Optional.of("a.pdf"));

        List<ChatMessage> messages = messages("""
                [{"role":"user","content":[{"type":"input_text","text":"see"},
                {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
                {"type":"input_image","image_url":"https://x.example/a.png"},
                {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;name=a;base64,BBBB"}]},
                {"type":"function_call","call_id":"1","name":"f","arguments":"{}"},
                {"type":"function_call_output","call_id":"1","output":[{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"}]}]""");

        assertThat(messages.get(0).content()).isEqualTo("see");
        assertThat(messages.get(0).parts()).containsExactly(new ContentPart.Text("see"), image, remote, file);
        assertThat(messages.get(2).parts()).containsExactly(image);
        assertThat(messages.get(2).toolResult()).hasValue(new Tools.Result("1", false));
    }

    @Test
    @DisplayName("leaves hints, unknown fields and unasked tools out by name")
    void hints() {
        ResponsesBody body = read("""
                {"model":"m","input":[{"type":"message","id":"msg_1","status":"completed","role":"user","content":"hi"}],
                "user":"u","metadata":{"a":"b"},"prompt_cache_key":"k","safety_identifier":"s","service_tier":"auto",
                "truncation":"auto","text":{"verbosity":"low"},"reasoning":{"effort":"low","summary":"auto"},
                "include":["reasoning.encrypted_content"],"client_metadata":{"x":1},"brand_new":[1],
                "tools":[{"type":"web_search","search_context_size":"low"},{"type":"namespace","name":"n","tools":[{"type":"function"}]}]}""");
        assertThat(body.translation().violations()).isEmpty();
        assertThat(body.request().droppedHints())
                .containsExactlyInAnyOrder(
                        "user",
                        "metadata",
                        "prompt_cache_key",
                        "safety_identifier",
                        "service_tier",
                        "truncation",
                        "verbosity",
                        "summary",
                        "include",
                        "client_metadata",
                        "brand_new",
                        "web_search",
                        "namespace");
    }

    @Test
    @DisplayName("has nothing to leave out if it has only what every provider understands, or empty fields")
    void noHints() {
        ResponsesBody body = read("""
                {"model":"m","input":"hi","instructions":"i","stream":true,"store":false,"background":false,"temperature":1,
                "top_p":1,"max_output_tokens":9,"text":{},"reasoning":{},"include":[],"metadata":null,"previous_response_id":null,
                "parallel_tool_calls":true,"tool_choice":"auto","tools":[],"top_logprobs":0}""");
        assertThat(body.request().droppedHints()).isEmpty();
    }

    private static List<ChatMessage> messages(String input) {
        return read("{\"model\":\"m\",\"input\":" + input + "}")
                .request()
                .prompt()
                .messages();
    }

    private static ResponsesBody read(String body) {
        return ResponsesBody.read(
                StrictJsonReader.compatibleRequest(body.getBytes(UTF_8)), ResponseHistory.NONE, CachePolicy.DEFAULT);
    }
}
