package io.parley.http.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.testing.SseParser.Event;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the events of a streamed response as the strictest client would, and accumulates them to the whole response. */
public final class ResponseStreamReader {

    private static final JsonMapper JSON = new JsonMapper();

    private final ArrayNode items = JsonNodeFactory.instance.arrayNode();
    private final Set<String> ids = new HashSet<>();
    private final StringBuilder text = new StringBuilder();
    private JsonNode response = JsonNodeFactory.instance.missingNode();
    private boolean itemOpen;
    private boolean partOpen;
    private boolean textDone;
    private boolean ended;
    private int next;

    private ResponseStreamReader() {}

    /** Returns the response at the end of a stream, whose bytes are {@code raw}. */
    public static JsonNode read(byte[] raw) throws Exception {
        return read(new io.parley.testing.SseParser().feed(raw, raw.length));
    }

    public static JsonNode read(String raw) throws Exception {
        return read(raw.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the response at the end of a stream; fails if the events are not exactly in order. */
    public static JsonNode read(List<Event> events) throws Exception {
        ResponseStreamReader reader = new ResponseStreamReader();
        for (Event event : events) {
            reader.accept(event);
        }
        assertThat(reader.ended).as("the stream has a final event").isTrue();
        return reader.response;
    }

    private void accept(Event event) throws Exception {
        JsonNode data = JSON.readTree(event.data());
        String type = data.get("type").asText();
        assertThat(ended).as("nothing follows the final event").isFalse();
        assertThat(event.name()).isEqualTo(type);
        assertThat(data.get("sequence_number").asInt()).isEqualTo(next);
        if (next < 2) {
            assertThat(type).isEqualTo(next == 0 ? "response.created" : "response.in_progress");
            begin(data.get("response"));
        } else {
            step(type, data);
        }
        next++;
    }

    private void begin(JsonNode begun) {
        assertThat(begun.get("status").asText()).isEqualTo("in_progress");
        assertThat(begun.get("output")).isEmpty();
        assertThat(begun.get("usage").isNull()).isTrue();
        assertThat(next == 0 || begun.equals(response)).isTrue();
        response = begun;
    }

    private void step(String type, JsonNode data) {
        switch (type) {
            case "response.output_item.added" -> itemAdded(data);
            case "response.content_part.added" -> partAdded(data, "content", "content_index");
            case "response.reasoning_summary_part.added" -> partAdded(data, "summary", "summary_index");
            case "response.output_text.delta", "response.refusal.delta" -> partDelta(data, "content_index");
            case "response.reasoning_summary_text.delta" -> partDelta(data, "summary_index");
            case "response.output_text.done", "response.reasoning_summary_text.done" -> textDone(data, "text");
            case "response.refusal.done" -> textDone(data, "refusal");
            case "response.content_part.done" -> partDone(data, "content", "content_index");
            case "response.reasoning_summary_part.done" -> partDone(data, "summary", "summary_index");
            case "response.function_call_arguments.delta" -> {
                assertThat(item(data).get("type").asText()).isEqualTo("function_call");
                append(data);
            }
            case "response.function_call_arguments.done" -> {
                assertThat(data.get("arguments").asText()).isEqualTo(text.toString());
                assertThat(data.get("name")).isEqualTo(item(data).get("name"));
                item(data).put("arguments", text.toString());
            }
            case "response.output_item.done" -> itemDone(data);
            case "response.completed", "response.incomplete", "response.failed" -> end(type, data.get("response"));
            default -> throw new AssertionError("unknown event " + type);
        }
    }

    private void itemAdded(JsonNode data) {
        assertThat(itemOpen).as("the item before has ended").isFalse();
        assertThat(data.get("output_index").asInt()).isEqualTo(items.size());
        JsonNode added = data.get("item");
        assertThat(ids.add(added.get("id").asText())).as("a fresh id").isTrue();
        assertThat(added.get("id").asText()).matches("(msg|fc|rs)_.+");
        assertThat(added.path("status").asText("in_progress")).isEqualTo("in_progress");
        assertThat(added.path("arguments").asText()).isEmpty();
        assertThat(added.path("content")).isEmpty();
        assertThat(added.path("summary")).isEmpty();
        if (added.get("type").asText().equals("function_call")) {
            assertThat(added.get("call_id").asText()).isNotEmpty();
            assertThat(added.get("name").asText()).isNotEmpty();
        }
        items.add(added.deepCopy());
        itemOpen = true;
        text.setLength(0);
    }

    private void partAdded(JsonNode data, String list, String index) {
        assertThat(partOpen).as("the part before has ended").isFalse();
        assertThat(data.get(index).asInt()).isEqualTo(item(data).get(list).size());
        JsonNode part = data.get("part");
        assertThat(part.path("text").asText() + part.path("refusal").asText()).isEmpty();
        item(data).withArrayProperty(list).add(part.deepCopy());
        partOpen = true;
        textDone = false;
        text.setLength(0);
    }

    private void partDelta(JsonNode data, String index) {
        assertThat(partOpen && !textDone).as("the part is open").isTrue();
        assertThat(data.has(index)).isTrue();
        item(data);
        append(data);
    }

    private void append(JsonNode data) {
        assertThat(data.get("delta").asText()).isNotEmpty();
        text.append(data.get("delta").asText());
    }

    private void textDone(JsonNode data, String field) {
        item(data);
        assertThat(data.get(field).asText()).isEqualTo(text.toString());
        textDone = true;
    }

    private void partDone(JsonNode data, String list, String index) {
        assertThat(textDone && partOpen).as("the text has ended").isTrue();
        ArrayNode parts = item(data).withArrayProperty(list);
        assertThat(data.get(index).asInt()).isEqualTo(parts.size() - 1);
        ObjectNode part = (ObjectNode) parts.get(parts.size() - 1);
        part.put(part.has("refusal") ? "refusal" : "text", text.toString());
        assertThat(data.get("part")).isEqualTo(part);
        partOpen = false;
    }

    private void itemDone(JsonNode data) {
        assertThat(itemOpen && !partOpen).isTrue();
        assertThat(data.get("output_index").asInt()).isEqualTo(items.size() - 1);
        ObjectNode done = data.get("item").deepCopy();
        ObjectNode accumulated = (ObjectNode) items.get(items.size() - 1);
        assertThat(done.path("status").asText("completed")).isIn("completed", "incomplete");
        for (String late : List.of("status", "encrypted_content")) {
            if (done.has(late)) {
                accumulated.set(late, done.get(late));
            }
        }
        assertThat(done).isEqualTo(accumulated);
        itemOpen = false;
    }

    private void end(String type, JsonNode last) {
        assertThat(type).isEqualTo("response." + last.get("status").asText());
        assertThat(last.get("id")).isEqualTo(response.get("id"));
        assertThat(last.get("created_at")).isEqualTo(response.get("created_at"));
        assertThat(last.get("usage").get("total_tokens").isIntegralNumber()).isTrue();
        if (!type.equals("response.failed")) {
            assertThat(itemOpen || partOpen).isFalse();
            assertThat(last.get("output")).isEqualTo(items);
        }
        response = last;
        ended = true;
    }

    /** The item that an event belongs to, which must be the open one. */
    private ObjectNode item(JsonNode data) {
        assertThat(itemOpen).isTrue();
        assertThat(data.get("output_index").asInt()).isEqualTo(items.size() - 1);
        ObjectNode current = (ObjectNode) items.get(items.size() - 1);
        assertThat(data.get("item_id")).isEqualTo(current.get("id"));
        return current;
    }
}
