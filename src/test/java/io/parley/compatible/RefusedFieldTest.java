package io.parley.compatible;

import static io.parley.testing.ProviderWireFormat.ANTHROPIC;
import static io.parley.testing.ProviderWireFormat.OLLAMA;
import static io.parley.testing.ProviderWireFormat.OPENAI;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a provider's format does not have is refused by the name that the client has used,")
class RefusedFieldTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/messages";
    private static final String RESPONSES = "/v1/responses";
    private static final String PDF = "data:application/pdf;base64,JVBERg==";
    private static final String IMAGE = "https://pictures.example/a.jpg";

    @SuppressWarnings("NullAway.Init")
    private static MultiProviderTestApp server;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(data, Map.of("gateway.cache.size", "0B"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @DisplayName("in chat completions")
    @CsvSource(delimiter = '|', textBlock = """
            OLLAMA    | messages[1].content[1] | "messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"IMAGE"}}]}]
            OLLAMA    | messages[0].content[0] | "messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"PDF"}}]}]
            ANTHROPIC | messages[0].content[1] | "messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]}]
            ANTHROPIC | messages[1].tool_calls[0].function.arguments | "messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"[]"}}]},{"role":"tool","tool_call_id":"c","content":"b"}]
            ANTHROPIC | messages[1].function_call.arguments | "messages":[{"role":"user","content":"a"},{"role":"assistant","function_call":{"name":"f","arguments":"[]"}},{"role":"function","name":"f","content":"b"}]
            OLLAMA    | reasoning_effort       | "messages":[{"role":"user","content":"a"}],"reasoning_effort":"max"
            OLLAMA    | reasoning              | "messages":[{"role":"user","content":"a"}],"reasoning":{"effort":"max"}
            OLLAMA    | tool_choice            | "messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"
            OLLAMA    | function_call          | "messages":[{"role":"user","content":"a"}],"functions":[{"name":"f"}],"function_call":{"name":"f"}
            """)
    void chat(ProviderWireFormat wire, String param, String fields) throws Exception {
        assertThat(error(post(CHAT, wire, fields)).path("param").asText()).isEqualTo(param);
    }

    @ParameterizedTest
    @DisplayName("in Anthropic's messages")
    @CsvSource(delimiter = '|', textBlock = """
            OLLAMA | messages.0.content.1           | "system":"s","messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"url","url":"IMAGE"}}]}]
            OLLAMA | messages.0.content.0           | "messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}]}]
            OPENAI | messages.2.content.0.content.0 | "messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"document","source":{"type":"url","url":"IMAGE"}}]}]}]
            OLLAMA | output_config.effort           | "messages":[{"role":"user","content":"a"}],"output_config":{"effort":"max"}
            OLLAMA | tool_choice                    | "messages":[{"role":"user","content":"a"}],"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"any"}
            """)
    void messages(ProviderWireFormat wire, String param, String fields) throws Exception {
        assertThat(error(post(MESSAGES, wire, "\"max_tokens\":9," + fields))
                        .path("message")
                        .asText())
                .startsWith(param + ": the provider of this model ");
    }

    @ParameterizedTest
    @DisplayName("in responses")
    @CsvSource(delimiter = '|', textBlock = """
            OLLAMA    | input[0].content[1] | "instructions":"s","input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"IMAGE"}]}]
            OLLAMA    | input[1].content[0] | "input":[{"role":"user","content":"a"},{"role":"user","content":[{"type":"input_file","file_data":"PDF"}]}]
            ANTHROPIC | input[1].arguments  | "input":[{"role":"user","content":"a"},{"type":"function_call","call_id":"c","name":"f","arguments":"[]"},{"type":"function_call_output","call_id":"c","output":"b"}]
            OLLAMA    | input[2].output[0]  | "input":[{"role":"user","content":"a"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_image","image_url":"IMAGE"}]}]
            OLLAMA    | reasoning.effort    | "input":"a","reasoning":{"effort":"max"}
            OLLAMA    | tool_choice         | "input":"a","tools":[{"type":"function","name":"f"}],"tool_choice":"required"
            """)
    void responses(ProviderWireFormat wire, String param, String fields) throws Exception {
        assertThat(error(post(RESPONSES, wire, fields)).path("param").asText()).isEqualTo(param);
    }

    @Test
    @DisplayName("also if it is in the response that the request continues")
    void previous() throws Exception {
        server.provider(OPENAI).enqueue(ProviderScripts.answer(OPENAI, "ok"));
        String id = HttpTestClient.json(post(RESPONSES, OPENAI, """
                "input":[{"role":"user","content":[{"type":"input_file","file_data":"PDF"}]}]""")).path("id").asText();
        assertThat(error(post(RESPONSES, OLLAMA, "\"input\":\"b\",\"previous_response_id\":\"" + id + "\""))
                        .path("param")
                        .asText())
                .isEqualTo("previous_response_id");
    }

    @Test
    @DisplayName("also if the provider refuses it in its own words")
    void byProvider() throws Exception {
        server.provider(ANTHROPIC)
                .enqueue(exchange -> exchange.respond(
                        400,
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"max_tokens: too many\"}}",
                        "content-type: application/json"));
        assertThat(error(post(RESPONSES, ANTHROPIC, "\"input\":\"a\",\"max_output_tokens\":900000"))
                        .path("param")
                        .asText())
                .isEqualTo("max_output_tokens");
    }

    @Test
    @DisplayName("and hints of a response are named in a header, if its request was translated")
    void hints() throws Exception {
        String fields = "\"input\":\"a\",\"user\":\"u\",\"text\":{\"verbosity\":\"low\"},\"brand_new\":1";
        server.provider(ANTHROPIC).enqueue(ProviderScripts.answer(ANTHROPIC, "ok"));
        HttpResponse<String> answer = post(RESPONSES, ANTHROPIC, fields);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-parley-dropped")).hasValue("verbosity, user, brand_new");
    }

    @Test
    @DisplayName("also in the server's own format; in a chat, as the messages as a whole")
    void ownFormat() throws Exception {
        String messages = """
                "provider":"ollama","fallback":false,"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","url":"https://a.example/a"}]}]}""";
        HttpResponse<String> answer = server.app().http().post("/api/v1/ai/generate", "{" + messages);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(HttpTestClient.json(answer).at("/errors/0/pointer").asText()).isEqualTo("/messages/0/content/1");
        HttpResponse<String> chat = server.app()
                .http()
                .post(
                        "/api/v1/conversations/stream",
                        "{\"context_id\":\"default\",\"extract_flows\":false," + messages);
        assertThat(chat.body()).contains("\"pointer\":\"/messages\"");
    }

    private static HttpResponse<String> post(String path, ProviderWireFormat wire, String fields) throws Exception {
        String own = path.equals(MESSAGES) ? "" : "\"fallback\":false,";
        return server.app()
                .http()
                .post(
                        path,
                        "{\"model\":\"" + MultiProviderTestApp.model(wire) + "\"," + own
                                + fields.replace("IMAGE", IMAGE).replace("PDF", PDF) + "}");
    }

    private static JsonNode error(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return HttpTestClient.json(answer).path("error");
    }
}
