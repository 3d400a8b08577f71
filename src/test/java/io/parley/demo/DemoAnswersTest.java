package io.parley.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.config.DemoConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Answers of the demo provider")
@ExtendWith(VertxExtension.class)
class DemoAnswersTest {

    private static final JsonObject CITY = new JsonObject("""
            {"type":"object","properties":{"city":{"type":"string","minLength":1},"unit":{"enum":["C","F"]}},"required":["city","unit"]}""");

    private final DemoProvider provider = new DemoProvider(new DemoConfig(true, 0));
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void deploy(Vertx vertx) throws Exception {
        vertx.deployVerticle(provider).await(5, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        client.shutdownNow();
    }

    @Test
    @DisplayName("match the schema of the request, also in a stream")
    void schema() throws Exception {
        JsonObject format = new JsonObject()
                .put("type", "json_schema")
                .put("json_schema", new JsonObject().put("name", "weather").put("schema", CITY));
        JsonObject body = chat("Hello").put("response_format", format);
        String expected = "{\"city\":\"a\",\"unit\":\"C\"}";
        assertThat(message(body).getString("content")).isEqualTo(expected);
        assertThat(deltas(body).stream()
                        .map(delta -> delta.getString("content", ""))
                        .collect(Collectors.joining()))
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("are flows for Parley's own schema only, not for another one of the same name")
    void flows() throws Exception {
        JsonObject own = new JsonObject().put("name", "flows").put("schema", new JsonObject().put("type", "object"));
        JsonObject other = new JsonObject().put("name", "flows").put("schema", CITY);
        JsonObject body = chat("I need to book a flight");
        assertThat(message(body.copy().put("response_format", format(own))).getString("content"))
                .contains("Book a flight");
        assertThat(message(body.copy().put("response_format", format(other))).getString("content"))
                .isEqualTo("{\"city\":\"a\",\"unit\":\"C\"}");
    }

    private static JsonObject format(JsonObject definition) {
        return new JsonObject().put("type", "json_schema").put("json_schema", definition);
    }

    @Test
    @DisplayName("are a JSON object if any is wanted")
    void jsonObject() throws Exception {
        JsonObject body = chat("Hello").put("response_format", new JsonObject().put("type", "json_object"));
        assertThat(new JsonObject(message(body).getString("content")).getString("answer"))
                .startsWith("Hello!");
    }

    @Test
    @DisplayName("call a required tool, or the one that is chosen, with the smallest valid arguments")
    void requiredTool() throws Exception {
        JsonObject call = call(tools("Hello").put("tool_choice", "required"));
        assertThat(call.getString("name")).isEqualTo("get_weather");
        assertThat(call.getString("arguments")).isEqualTo("{\"city\":\"a\",\"unit\":\"C\"}");
        JsonObject chosen =
                new JsonObject().put("type", "function").put("function", new JsonObject().put("name", "get_time"));
        JsonObject forced = call(tools("Hello").put("tool_choice", chosen));
        assertThat(forced.getString("name")).isEqualTo("get_time");
        assertThat(forced.getString("arguments")).isEqualTo("{}");
    }

    @Test
    @DisplayName("call a tool by themselves only if the last message of the user names it")
    void automaticTool() throws Exception {
        assertThat(call(tools("Please use get_time now")).getString("name")).isEqualTo("get_time");
        assertThat(message(tools("What about get_times?")).containsKey("tool_calls"))
                .isFalse();
        assertThat(message(tools("Please use get_time").put("tool_choice", "none"))
                        .containsKey("tool_calls"))
                .isFalse();
        JsonObject afterResult = tools("Please use get_time");
        afterResult
                .getJsonArray("messages")
                .add(new JsonObject()
                        .put("role", "tool")
                        .put("tool_call_id", "x")
                        .put("content", "get_time says noon"));
        assertThat(message(afterResult).getString("content")).isNotEmpty();
    }

    @Test
    @DisplayName("stream a tool call: first its id and name, then its arguments")
    void streamedTool() throws Exception {
        List<JsonObject> pieces = deltas(tools("Hello").put("tool_choice", "required")).stream()
                .filter(delta -> delta.containsKey("tool_calls"))
                .map(delta -> delta.getJsonArray("tool_calls").getJsonObject(0))
                .toList();
        assertThat(pieces).allMatch(piece -> piece.getInteger("index") == 0);
        assertThat(pieces.getFirst().getString("id")).startsWith("call_demo_");
        assertThat(pieces.getFirst().getJsonObject("function").getString("name"))
                .isEqualTo("get_weather");
        assertThat(pieces.stream().skip(1)).noneMatch(piece -> piece.containsKey("id"));
        assertThat(pieces.stream()
                        .map(piece -> piece.getJsonObject("function").getString("arguments"))
                        .collect(Collectors.joining()))
                .isEqualTo("{\"city\":\"a\",\"unit\":\"C\"}");
    }

    @Test
    @DisplayName("say how many pictures they have received")
    void pictures() throws Exception {
        JsonObject picture = new JsonObject()
                .put("type", "image_url")
                .put("image_url", new JsonObject().put("url", "data:image/png;base64,AAAA"));
        JsonArray parts = new JsonArray()
                .add(new JsonObject().put("type", "text").put("text", "What is this?"))
                .add(picture);
        assertThat(message(chat(parts)).getString("content")).startsWith("I have received a picture. ");
        assertThat(message(chat(parts.copy().add(picture))).getString("content"))
                .startsWith("I have received 2 pictures. ");
    }

    @Test
    @DisplayName("begin with reasoning if the request asks for it")
    void thinking() throws Exception {
        JsonObject body = chat("Hello").put("reasoning_effort", "low");
        assertThat(message(body).getString("reasoning_content")).isEqualTo(ReplyGenerator.THOUGHT);
        List<String> kinds = deltas(body).stream()
                .skip(1)
                .map(delta -> delta.fieldNames().stream().findFirst().orElse("end"))
                .distinct()
                .toList();
        assertThat(kinds).containsExactly("reasoning_content", "content", "end");
        assertThat(message(chat("Hello").put("reasoning_effort", "none")).containsKey("reasoning_content"))
                .isFalse();
    }

    @ParameterizedTest
    @DisplayName("are refused, with the name of the parameter, if the demo model cannot give them")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "n | {\"n\":2}",
                "logprobs | {\"logprobs\":true}",
                "functions | {\"functions\":[]}",
                "audio | {\"audio\":{}}",
                "response_format.type | {\"response_format\":{\"type\":\"grammar\"}}",
                "response_format.json_schema | {\"response_format\":{\"type\":\"json_schema\"}}",
                "response_format.json_schema.schema | {\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"$ref\":\"#/no\"}}}}",
                "tools[0].type | {\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"x\"}}]}",
                "tools[0].function.name | {\"tools\":[{\"type\":\"function\"}]}",
                "tools[0].function.parameters | {\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"x\",\"parameters\":{\"type\":\"object\",\"required\":[\"a\"],\"additionalProperties\":false}}}],\"tool_choice\":\"required\"}",
                "tool_choice | {\"tool_choice\":\"required\"}",
                "tool_choice | {\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"x\"}}}",
                "tool_choice | {\"tool_choice\":{\"type\":\"allowed_tools\"}}",
                "tool_choice | {\"tool_choice\":\"sometimes\"}",
                "messages[0].content[0].type | {\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}]}",
            })
    void refused(String param, String fields) throws Exception {
        HttpResponse<String> response =
                post("/v1/chat/completions", chat("Hello").mergeIn(new JsonObject(fields)));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getJsonObject("error").getString("param"))
                .isEqualTo(param);
    }

    @Test
    @DisplayName("treat null as unset")
    void nulls() throws Exception {
        JsonObject body = chat("Hello");
        List.of("stream", "stream_options", "tools", "tool_choice", "response_format", "n", "max_tokens", "logprobs")
                .forEach(body::putNull);
        assertThat(message(body).getString("content")).startsWith("Hello!");
    }

    @Test
    @DisplayName(
            "to requests for embeddings are vectors of length 1, the same for the same text, similar for similar ones")
    void embeddings() throws Exception {
        JsonArray texts = new JsonArray()
                .add("The cat sat on the mat")
                .add("a cat sat on a mat")
                .add("Quarterly revenue grew")
                .add("");
        JsonObject response = embed(new JsonObject().put("model", "demo").put("input", texts));
        assertThat(response.getString("object")).isEqualTo("list");
        assertThat(response.getJsonObject("usage").getInteger("prompt_tokens")).isEqualTo(15);
        List<float[]> vectors = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            JsonObject entry = response.getJsonArray("data").getJsonObject(index);
            assertThat(entry.getInteger("index")).isEqualTo(index);
            vectors.add(vector(entry.getJsonArray("embedding")));
        }
        assertThat(vectors).allSatisfy(vector -> {
            assertThat(vector).hasSize(256);
            assertThat(product(vector, vector)).isCloseTo(1, within(1e-5));
        });
        assertThat(product(vectors.get(0), vectors.get(1)))
                .isGreaterThan(product(vectors.get(0), vectors.get(2)) + 0.3);
        JsonObject again = embed(new JsonObject().put("model", "demo").put("input", "The cat sat on the mat"));
        assertThat(vector(again.getJsonArray("data").getJsonObject(0).getJsonArray("embedding")))
                .containsExactly(vectors.get(0));
    }

    @Test
    @DisplayName("to requests for embeddings honour the number of dimensions and Base64, which is little-endian")
    void embeddingFormats() throws Exception {
        JsonObject body = new JsonObject().put("input", "x").put("dimensions", 8);
        float[] numbers =
                vector(embed(body).getJsonArray("data").getJsonObject(0).getJsonArray("embedding"));
        assertThat(numbers).hasSize(8);
        String base64 = embed(body.copy().put("encoding_format", "base64"))
                .getJsonArray("data")
                .getJsonObject(0)
                .getString("embedding");
        float[] decoded = new float[8];
        ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(decoded);
        assertThat(decoded).containsExactly(numbers);
    }

    @ParameterizedTest
    @DisplayName("to invalid requests for embeddings name the parameter")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "input | {}",
                "input | {\"input\":[]}",
                "input | {\"input\":[1,2]}",
                "input | {\"input\":[[1,2]]}",
                "dimensions | {\"input\":\"x\",\"dimensions\":0}",
                "encoding_format | {\"input\":\"x\",\"encoding_format\":\"hex\"}",
            })
    void invalidEmbeddings(String param, String body) throws Exception {
        HttpResponse<String> response = post("/v1/embeddings", new JsonObject(body));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getJsonObject("error").getString("param"))
                .isEqualTo(param);
    }

    private static double product(float[] one, float[] other) {
        double product = 0;
        for (int at = 0; at < one.length; at++) {
            product += one[at] * other[at];
        }
        return product;
    }

    private static float[] vector(JsonArray numbers) {
        float[] vector = new float[numbers.size()];
        for (int at = 0; at < vector.length; at++) {
            vector[at] = numbers.getFloat(at);
        }
        return vector;
    }

    private static JsonObject chat(Object content) {
        return new JsonObject()
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", content)));
    }

    private static JsonObject tools(String content) {
        JsonArray tools = new JsonArray().add(tool("get_weather", CITY)).add(tool("get_time", new JsonObject()));
        return chat(content).put("tools", tools);
    }

    private static JsonObject tool(String name, JsonObject parameters) {
        return new JsonObject()
                .put("type", "function")
                .put("function", new JsonObject().put("name", name).put("parameters", parameters));
    }

    private JsonObject message(JsonObject body) throws Exception {
        return choice(body).getJsonObject("message");
    }

    private JsonObject call(JsonObject body) throws Exception {
        JsonObject choice = choice(body);
        assertThat(choice.getString("finish_reason")).isEqualTo("tool_calls");
        JsonObject message = choice.getJsonObject("message");
        assertThat(message.getString("content")).isNull();
        return message.getJsonArray("tool_calls").getJsonObject(0).getJsonObject("function");
    }

    private JsonObject choice(JsonObject body) throws Exception {
        HttpResponse<String> response = post("/v1/chat/completions", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body()).getJsonArray("choices").getJsonObject(0);
    }

    private JsonObject embed(JsonObject body) throws Exception {
        HttpResponse<String> response = post("/v1/embeddings", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private List<JsonObject> deltas(JsonObject body) throws Exception {
        return post("/v1/chat/completions", body.copy().put("stream", true))
                .body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> new JsonObject(line.substring(6))
                        .getJsonArray("choices")
                        .getJsonObject(0)
                        .getJsonObject("delta"))
                .toList();
    }

    private HttpResponse<String> post(String path, JsonObject body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + provider.port() + path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .timeout(Duration.ofSeconds(5))
                        .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
