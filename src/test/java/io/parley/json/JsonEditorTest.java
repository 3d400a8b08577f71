package io.parley.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ProblemException;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEditorTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @DisplayName("a value is replaced in place, and all other bytes stay")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model":"a","x":1}                     | {"model":"m","x":1}
            { "x" : [1, {"model":2}] , "model" : 7 }| { "x" : [1, {"model":2}] , "model" : "m" }
            {"x":1}                                 | {"x":1,"model":"m"}
            {}                                      | {"model":"m"}
            {"model":{"a":[]},"x":"ä€😀"}            | {"model":"m","x":"ä€😀"}
            {"model":null}                          | {"model":"m"}
            {"model":-1.5e3,"y":true}               | {"model":"m","y":true}
            {"mo\\u0064el":"a"}                     | {"mo\\u0064el":"m"}
            """)
    void set(String before, String after) {
        assertThat(edit(before).set("model", "\"m\""))
                .satisfies(edited -> assertThat(text(edited)).isEqualTo(after));
    }

    @ParameterizedTest
    @DisplayName("a value of an inner object is set, and the object is created if it has none")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":1}                                        | {"a":1,"stream_options":{"include_usage":true}}
            {"stream_options":{}}                          | {"stream_options":{"include_usage":true}}
            {"stream_options":{"include_usage":false},"a":1}| {"stream_options":{"include_usage":true},"a":1}
            {"stream_options":{"x": 1 } }                  | {"stream_options":{"x": 1 ,"include_usage":true} }
            {"stream_options":null,"a":1}                  | {"stream_options":{"include_usage":true},"a":1}
            """)
    void setInner(String before, String after) {
        assertThat(text(edit(before).set("stream_options", "include_usage", "true")))
                .isEqualTo(after);
    }

    @ParameterizedTest
    @DisplayName("a value is removed with its comma")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"x":1}             | {}
            {"x":1,"y":2}       | {"y":2}
            {"y":2,"x":{"a":1}} | {"y":2}
            {"y":2,"x":1,"z":3} | {"y":2,"z":3}
            {"y":2}             | {"y":2}
            """)
    void remove(String before, String after) {
        assertThat(text(edit(before).remove("x"))).isEqualTo(after);
    }

    @Test
    @DisplayName("without a change the same bytes come back")
    void unchanged() {
        byte[] body = "{ \"a\":1 }".getBytes(UTF_8);
        assertThat(new JsonEditor(body).toBytes()).isSameAs(body);
    }

    @ParameterizedTest
    @DisplayName("what is not one object is refused")
    @ValueSource(strings = {"", "[]", "7", "{\"a\":", "{\"a\" 1}"})
    void notAnObject(String body) {
        assertThatThrownBy(() -> edit(body)).isInstanceOf(ProblemException.class);
    }

    @Test
    @DisplayName("random objects keep all other values")
    void random() throws Exception {
        Random random = new Random(20261130);
        for (int round = 0; round < 2000; round++) {
            ObjectNode object = object(random, 3);
            String body = random.nextBoolean() ? object.toString() : object.toPrettyString();
            JsonNode edited = JSON.readTree(edit(body)
                    .set("model", "\"m\"")
                    .set("stream_options", "include_usage", "true")
                    .toBytes());
            ObjectNode expected = object.deepCopy();
            expected.put("model", "m");
            if (!(expected.get("stream_options") instanceof ObjectNode)) {
                expected.putObject("stream_options");
            }
            ((ObjectNode) expected.get("stream_options")).put("include_usage", true);
            assertThat(edited).as(body).isEqualTo(expected);
            object.remove("b");
            assertThat(JSON.readTree(edit(body).remove("b").toBytes())).as(body).isEqualTo(object);
        }
    }

    private static ObjectNode object(Random random, int depth) {
        String[] names = {"model", "stream_options", "b", "include_usage", "ä", "q\"uote", "back\\slash"};
        ObjectNode object = JSON.createObjectNode();
        for (int field = random.nextInt(6); field > 0; field--) {
            String name = names[random.nextInt(names.length)];
            switch (random.nextInt(depth > 0 ? 7 : 5)) {
                case 0 -> object.put(name, "te\"xt😀\n" + random.nextInt());
                case 1 -> object.put(name, random.nextLong());
                case 2 -> object.put(name, random.nextDouble());
                case 3 -> object.put(name, random.nextBoolean());
                case 4 -> object.putNull(name);
                case 5 -> object.putArray(name).add(1).add(object(random, depth - 1));
                default -> object.set(name, object(random, depth - 1));
            }
        }
        return object;
    }

    private static JsonEditor edit(String body) {
        return new JsonEditor(body.getBytes(UTF_8));
    }

    private static String text(JsonEditor editor) {
        return new String(editor.toBytes(), UTF_8);
    }
}
