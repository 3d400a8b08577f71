package io.parley.compatible;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.FakeProvider.ResponseScript;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseTestClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A client that sends functions instead of tools to a provider of another format")
class LegacyFunctionsTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final JsonMapper JSON = new JsonMapper();

    /** Two calls, of which a message of the old kind can hold only the first. */
    private static final String ANSWER = """
            {"model":"m-1","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"dice","arguments":{"n":1}}},{"function":{"name":"dice","arguments":{"n":2}}}]},"done":false}
            """ + ProviderWireFormat.OLLAMA.finish("stop", 5, 6);

    private static final String BODY = """
            {"model":"ollama/m-1","messages":[{"role":"user","content":"hi"}],"functions":[{"name":"dice","parameters":{}}],
            "function_call":"auto","stream":%s}""";

    @SuppressWarnings("NullAway.Init")
    private static MultiProviderTestApp server;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(data, Map.of("gateway.cache.size", "0B"));
        ResponseScript script =
                exchange -> exchange.startStream(ProviderWireFormat.OLLAMA).finish(ANSWER);
        server.provider(ProviderWireFormat.OLLAMA).defaultScript(script);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("gets a function call in the message")
    void whole() throws Exception {
        JsonNode choice = HttpTestClient.json(server.app().http().post(CHAT, BODY.formatted("false")))
                .at("/choices/0");
        assertThat(choice.path("message")).isEqualTo(JSON.readTree("""
                {"role":"assistant","content":null,"refusal":null,
                "function_call":{"name":"dice","arguments":"{\\"n\\":1}"}}"""));
        assertThat(choice.path("finish_reason").asText()).isEqualTo("function_call");
    }

    @Test
    @DisplayName("gets the pieces of a function call in the stream")
    void streamed() throws Exception {
        List<JsonNode> choices = stream(BODY.formatted("true"));
        String names = "";
        String arguments = "";
        for (JsonNode choice : choices) {
            assertThat(choice.path("delta").has("tool_calls")).isFalse();
            names += choice.at("/delta/function_call/name").asText();
            arguments += choice.at("/delta/function_call/arguments").asText();
        }
        assertThat(names).isEqualTo("dice");
        assertThat(JSON.readTree(arguments)).isEqualTo(JSON.readTree("{\"n\":1}"));
        assertThat(choices.getLast().path("finish_reason").asText()).isEqualTo("function_call");
    }

    @Test
    @DisplayName("gets tool calls if it sends tools, too")
    void tools() throws Exception {
        String body = """
                {"model":"ollama/m-1","messages":[{"role":"user","content":"hi"}],"functions":[{"name":"dice"}],
                "tools":[{"type":"function","function":{"name":"dice"}}]}""";
        JsonNode choice =
                HttpTestClient.json(server.app().http().post(CHAT, body)).at("/choices/0");
        assertThat(choice.at("/message/tool_calls")).hasSize(2);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    }

    private static List<JsonNode> stream(String body) throws Exception {
        List<JsonNode> choices = new ArrayList<>();
        try (SseTestClient stream = server.app().http().stream("POST", CHAT, body)) {
            for (var event : stream.remaining()) {
                if (!event.data().equals("[DONE]")) {
                    JSON.readTree(event.data()).path("choices").forEach(choices::add);
                }
            }
        }
        return choices;
    }
}
