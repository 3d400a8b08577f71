package io.parley.http.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.http.HttpJson;
import io.parley.testing.FakeProvider;
import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;
import io.parley.testing.UsageTestApp;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("POST /v1/responses")
class ResponsesApiTest {

    private static final String PATH = "/v1/responses";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String WEATHER =
            "{\"type\":\"function\",\"name\":\"weather\",\"description\":\"d\",\"strict\":true,"
                    + "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}";

    @TempDir
    private Path data;

    private FakeProvider provider;

    @BeforeEach
    void start() {
        provider = FakeProvider.start();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private TestApp app(ProviderWireFormat wire, String... settings) throws Exception {
        Map<String, String> all = provider.settings("first", wire, "one");
        all.putAll(Map.of("gateway.provider", "first", "gateway.retry.pause", "1ms"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return TestApp.start(data, all);
    }

    private static String body(String more) {
        return "{\"model\":\"one\"" + more + "}";
    }

    private static JsonNode create(TestApp app, String more) throws Exception {
        return HttpJson.of(app.http().post(PATH, body(more)), 200);
    }

    private JsonNode sent() throws Exception {
        return JSON.readTree(provider.nextExchange().body());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("answers a text by every provider, with all fields of a response")
    void whole(ProviderWireFormat wire) throws Exception {
        try (TestApp app = app(wire)) {
            HttpResponse<String> answer =
                    app.http().post(PATH, body(",\"input\":\"hi\",\"instructions\":\"Be brief.\""));
            JsonNode response = HttpJson.of(answer, 200);

            assertThat(answer.headers().firstValue("x-parley-provider")).hasValue("first");
            assertThat(response.fieldNames())
                    .toIterable()
                    .contains(
                            "id",
                            "object",
                            "created_at",
                            "status",
                            "error",
                            "incomplete_details",
                            "instructions",
                            "metadata",
                            "model",
                            "output",
                            "parallel_tool_calls",
                            "temperature",
                            "tool_choice",
                            "tools",
                            "top_p",
                            "text",
                            "reasoning",
                            "previous_response_id",
                            "usage");
            assertThat(response.get("id").asText()).startsWith("resp_");
            assertThat(response.get("created_at").isIntegralNumber()).isTrue();
            assertThat(response.get("status").asText()).isEqualTo("completed");
            assertThat(response.get("model").asText()).isEqualTo("one");
            assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Hello, world");
            assertThat(response.at("/output/0/role").asText()).isEqualTo("assistant");
            assertThat(response.at("/usage/input_tokens").asInt()).isEqualTo(ProviderWireFormat.INPUT);
            assertThat(response.get("instructions").asText()).isEqualTo("Be brief.");
            assertThat(provider.nextExchange().body()).contains("Be brief.").contains("\"hi\"");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("streams the same events for every provider")
    void streamed(ProviderWireFormat wire) throws Exception {
        try (TestApp app = app(wire);
                SseTestClient client = app.http().stream("POST", PATH, body(",\"input\":\"hi\",\"stream\":true"))) {
            assertThat(client.status()).isEqualTo(200);
            JsonNode response = ResponseStreamReader.read(client.remaining());

            assertThat(response.get("status").asText()).isEqualTo("completed");
            assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Hello, world");
            JsonNode stored =
                    HttpJson.of(app.http().get(PATH + "/" + response.get("id").asText()), 200);
            assertThat(stored).isEqualTo(response);
        }
    }

    @Test
    @DisplayName("streams a failure in the middle as response.failed, and one before as an error")
    void failures() throws Exception {
        provider.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "half"))
                .defaultScript(ProviderScripts.errorResponse(400, "{\"error\":{\"message\":\"secret\"}}"));
        try (TestApp app = app(ProviderWireFormat.OPENAI);
                SseTestClient client = app.http().stream("POST", PATH, body(",\"input\":\"hi\",\"stream\":true"))) {
            JsonNode response = ResponseStreamReader.read(client.remaining());
            assertThat(response.at("/error/code").asText()).isEqualTo("server_error");
            assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("half");

            HttpResponse<String> rejected = app.http().post(PATH, body(",\"input\":\"hi\",\"stream\":true"));
            assertThat(HttpJson.of(rejected, 400).at("/error/type").asText()).isEqualTo("invalid_request_error");
            assertThat(rejected.body()).doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("sends items as messages: calls with their outputs, text parts, and reasoning with what it led to")
    void items(ProviderWireFormat wire) throws Exception {
        try (TestApp app = app(wire)) {
            create(app, """
                    ,"input":[{"role":"developer","content":"Rules"},
                    {"type":"message","role":"user","content":[{"type":"input_text","text":"Weather?"}],"id":"msg_x"},
                    {"type":"reasoning","id":"rs_x","summary":[{"type":"summary_text","text":"I need the tool"}]},
                    {"type":"function_call","id":"fc_x","call_id":"c1","name":"weather","arguments":"{\\"city\\":\\"Köln\\"}","status":"completed"},
                    {"type":"function_call","call_id":"c2","name":"weather","arguments":"{\\"city\\":\\"Bonn\\"}"},
                    {"type":"function_call_output","call_id":"c1","output":"rain"},
                    {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"sun"}]},
                    {"role":"assistant","content":[{"type":"output_text","text":"Wet","annotations":[]}]},
                    {"role":"user","content":"And now?"}],"tools":[%s],"tool_choice":"auto"
                    """.formatted(WEATHER).replace("\"strict\":true", "\"strict\":false"));

            String sent = provider.nextExchange().body();
            assertThat(sent)
                    .containsSubsequence("Rules", "Weather?")
                    .containsSubsequence("Weather?", "Köln", "Bonn", "rain", "sun", "Wet", "And now?");
        }
    }

    @Test
    @DisplayName("joins text and calls of one answer in one message, and maps the options")
    void request() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            create(app, """
                    ,"input":[{"role":"user","content":"q"},{"role":"assistant","content":"Let me see"},
                    {"type":"function_call","call_id":"c1","name":"weather","arguments":"{}"},
                    {"type":"function_call_output","call_id":"c1","output":"rain"}],
                    "tools":[%s,{"type":"function","name":"other"},{"type":"namespace","name":"ns","tools":[{}]},{"type":"tool_search","execution":"client"},{"type":"web_search"}],
                    "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"weather"}]},
                    "parallel_tool_calls":false,"max_output_tokens":99,"temperature":0.5,"top_p":0.9,
                    "reasoning":{"effort":"low","summary":"auto"},"store":false,"include":["reasoning.encrypted_content"],
                    "text":{"verbosity":"low","format":{"type":"json_schema","name":"s","strict":true,"schema":{"type":"object"}}},
                    "metadata":{"k":"v"},"user":"u","prompt_cache_key":"p","truncation":"auto","service_tier":"auto",
                    "client_metadata":{"a":"b"},"safety_identifier":"x"
                    """.formatted(WEATHER));

            JsonNode sent = sent();
            assertThat(sent.at("/messages/1/content").asText()).isEqualTo("Let me see");
            assertThat(sent.at("/messages/1/tool_calls/0/id").asText()).isEqualTo("c1");
            assertThat(sent.at("/messages/2/role").asText()).isEqualTo("tool");
            assertThat(sent.at("/messages/2/content").asText()).isEqualTo("rain");
            assertThat(sent.get("tools")).hasSize(1);
            assertThat(sent.at("/tools/0/function/name").asText()).isEqualTo("weather");
            assertThat(sent.at("/tools/0/function/strict").asBoolean()).isTrue();
            assertThat(sent.get("tool_choice").asText()).isEqualTo("required");
            assertThat(sent.get("parallel_tool_calls").asBoolean()).isFalse();
            assertThat(sent.get("temperature").asDouble()).isEqualTo(0.5);
            assertThat(sent.toString()).contains("99").contains("json_schema").contains("\"low\"");
        }
    }

    @Test
    @DisplayName("rejects an invalid field with 400 and its name, before a provider is called")
    void invalidFields() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            for (String[] row : new String[][] {
                {"\"input\":[{\"role\":\"user\"}]", "input[0].content", "missing_required_parameter"},
                {"\"input\":\"hi\",\"tools\":[{\"type\":\"custom\"}]", "tools[0].type", "unsupported_parameter"},
                {"\"input\":\"hi\",\"previous_response_id\":\"resp_x\"", "previous_response_id", "invalid_value"},
                {"\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_x\"}]", "input[0].id", "invalid_value"},
            }) {
                JsonNode error = HttpJson.of(app.http().post(PATH, body("," + row[0])), 400)
                        .get("error");
                assertThat(error.get("param").asText()).as(error.toString()).isEqualTo(row[1]);
                assertThat(error.get("code").asText()).isEqualTo(row[2]);
            }
            assertThat(provider.exchanges()).isEmpty();
        }
    }

    @Test
    @DisplayName("accepts the empty and the unknown: text and reasoning without fields, new fields, nulls")
    void lenient() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OLLAMA)) {
            JsonNode response = create(
                    app,
                    ",\"input\":\"hi\",\"text\":{},\"reasoning\":{},\"tools\":null,\"tool_choice\":null,\"brand_new\":[1],"
                            + "\"previous_response_id\":null,\"instructions\":null,\"store\":null");
            assertThat(response.at("/text/format/type").asText()).isEqualTo("text");
        }
    }

    @Test
    @DisplayName("continues a stored response, over any number of turns and over a restart")
    void continued() throws Exception {
        String second;
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            provider.enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "Hello Ann"));
            JsonNode first = create(app, ",\"input\":\"I am Ann\",\"instructions\":\"Be brief.\"");
            sent();
            second = create(
                            app,
                            ",\"input\":[{\"role\":\"user\",\"content\":\"And I am 7\"}],\"previous_response_id\":\""
                                    + first.get("id").asText() + "\"")
                    .get("id")
                    .asText();
            assertThat(sent().get("messages").toString())
                    .containsSubsequence("I am Ann", "Hello Ann", "And I am 7")
                    .doesNotContain("Be brief.");
        }
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            JsonNode third = create(app, ",\"input\":\"Who am I?\",\"previous_response_id\":\"" + second + "\"");

            assertThat(third.get("previous_response_id").asText()).isEqualTo(second);
            assertThat(sent().get("messages").toString())
                    .containsSubsequence("I am Ann", "Hello Ann", "And I am 7", "Hello, world", "Who am I?");
        }
    }

    @Test
    @DisplayName("accepts the output of a call that the previous response has made")
    void continuedCall() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OLLAMA)) {
            provider.enqueue(exchange -> exchange.startStream(ProviderWireFormat.OLLAMA)
                    .finish("""
                {"model":"m-1","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Köln"}}}]},"done":false}
                """ + ProviderWireFormat.OLLAMA.finish("stop", 5, 6)));
            JsonNode first =
                    create(app, ",\"input\":\"Weather?\",\"tools\":[" + WEATHER.replace("true", "false") + "]");
            JsonNode call = first.at("/output/0");
            assertThat(call.get("type").asText()).isEqualTo("function_call");
            assertThat(JSON.readTree(call.get("arguments").asText()).get("city").asText())
                    .isEqualTo("Köln");
            sent();

            String output = "{\"type\":\"function_call_output\",\"output\":\"rain\",\"call_id\":\""
                    + call.get("call_id").asText() + "\"}";
            create(
                    app,
                    ",\"input\":[" + output + "],\"previous_response_id\":\""
                            + first.get("id").asText() + "\"");
            assertThat(sent().get("messages").toString()).containsSubsequence("Weather?", "Köln", "rain");

            create(
                    app,
                    ",\"input\":[{\"role\":\"user\",\"content\":\"Weather?\"},{\"type\":\"item_reference\",\"id\":\""
                            + call.get("id").asText() + "\"}," + output + "]");
            assertThat(sent().get("messages").toString()).containsSubsequence("Weather?", "Köln", "rain");
        }
    }

    @Test
    @DisplayName("stores a response until it is deleted, with its input; with store: false not at all")
    void stored() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            JsonNode response = create(app, ",\"input\":\"hi\",\"metadata\":{\"k\":\"v\"}");
            String path = PATH + "/" + response.get("id").asText();
            assertThat(HttpJson.of(app.http().get(path), 200)).isEqualTo(response);
            JsonNode items = HttpJson.of(app.http().get(path + "/input_items"), 200);
            assertThat(items.at("/data/0/content/0/text").asText()).isEqualTo("hi");
            assertThat(items.at("/data/0/id").asText()).startsWith("msg_");

            assertThat(HttpJson.of(app.http().delete(path), 200).get("deleted").asBoolean())
                    .isTrue();
            for (HttpResponse<String> gone : List.of(
                    app.http().get(path), app.http().delete(path), app.http().get(path + "/input_items"))) {
                assertThat(HttpJson.of(gone, 404).at("/error/code").asText()).isEqualTo("not_found");
            }

            JsonNode unstored = create(app, ",\"input\":\"hi\",\"store\":false");
            assertThat(unstored.get("store").asBoolean()).isFalse();
            HttpJson.of(app.http().get(PATH + "/" + unstored.get("id").asText()), 404);
        }
    }

    @Test
    @DisplayName("keeps a response for its caller: for others it does not exist")
    void callers(@TempDir Path other) throws Exception {
        try (UsageTestApp users = new UsageTestApp(other, UsageTestApp.Store.MONGO, false, Map.of())) {
            String[] ann = {"Authorization", users.authorization("ann")};
            String[] bob = {"Authorization", users.authorization("bob")};
            String request = "{\"model\":\"" + UsageTestApp.PRICED + "\",\"input\":\"hi\"";
            JsonNode response = HttpJson.of(users.http().post(PATH, request + "}", ann), 200);
            String id = response.get("id").asText();
            String item = response.at("/output/0/id").asText();

            HttpJson.of(users.http().get(PATH + "/" + id, bob), 404);
            HttpJson.of(users.http().delete(PATH + "/" + id, bob), 404);
            HttpJson.of(users.http().get(PATH + "/" + id, ann), 200);
            String continued = request + ",\"previous_response_id\":\"" + id + "\"}";
            String referring = "{\"model\":\"" + UsageTestApp.PRICED
                    + "\",\"input\":[{\"type\":\"item_reference\",\"id\":\"" + item
                    + "\"},{\"role\":\"user\",\"content\":\"and?\"}]}";
            for (String body : List.of(continued, referring)) {
                HttpJson.of(users.http().post(PATH, body, bob), 400);
                HttpJson.of(users.http().post(PATH, body, ann), 200);
            }
        }
    }

    @Test
    @DisplayName("stores nothing if the setting says so")
    void storeDisabled() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI, "responses.keep", "0s")) {
            JsonNode response = create(app, ",\"input\":\"hi\"");
            assertThat(response.get("store").asBoolean()).isFalse();
            HttpJson.of(app.http().get(PATH + "/" + response.get("id").asText()), 404);
        }
    }

    @Test
    @DisplayName("counts the tokens of a request without a provider call")
    void inputTokens() throws Exception {
        try (TestApp app = app(ProviderWireFormat.OPENAI)) {
            JsonNode small = HttpJson.of(app.http().post(PATH + "/input_tokens", body(",\"input\":\"hi\"")), 200);
            JsonNode large = HttpJson.of(
                    app.http().post(PATH + "/input_tokens", body(",\"input\":\"" + "word ".repeat(200) + "\"")), 200);

            assertThat(small.get("object").asText()).isEqualTo("response.input_tokens");
            assertThat(small.get("input_tokens").asInt()).isPositive();
            assertThat(large.get("input_tokens").asInt()).isGreaterThan(150);
            assertThat(provider.exchanges()).isEmpty();
            assertThat(HttpTestClient.json(app.http().get(PATH + "/input_tokens"))
                            .at("/error/code")
                            .asText())
                    .isEqualTo("method_not_allowed");
        }
    }
}
