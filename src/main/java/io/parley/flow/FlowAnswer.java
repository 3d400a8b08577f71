package io.parley.flow;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Finds the JSON in an answer of a model that was asked for JSON by words: perhaps after its reasoning or other prose, in a Markdown
 * fence, as a list alone, or as a single flow instead of a list.
 */
final class FlowAnswer {

    private static final String FLOWS = "flows";

    /** What some models write before the answer. */
    private static final Pattern REASONING = Pattern.compile("(?s)<think>.*?</think>");

    /** How many places in an answer may look like the beginning of JSON. */
    private static final int MAX_STARTS = 50;

    private FlowAnswer() {}

    /** The answer as an object with a list of flows. Throws a {@link DecodeException} if it contains no JSON of this kind. */
    static JsonObject parse(String answer) {
        String text = REASONING.matcher(answer).replaceAll("").strip();
        return IntStream.range(0, text.length())
                .filter(at -> text.charAt(at) == '{' || text.charAt(at) == '[')
                .limit(MAX_STARTS)
                .mapToObj(at -> object(text, at))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new DecodeException("no JSON"));
    }

    /** The JSON from {@code start} to the last bracket that closes it. */
    private static Optional<JsonObject> object(String text, int start) {
        boolean list = text.charAt(start) == '[';
        int end = text.lastIndexOf(list ? ']' : '}');
        if (end < start) {
            return Optional.empty();
        }
        try {
            String json = text.substring(start, end + 1);
            return list ? flows(new JsonArray(json)) : Optional.of(withList(new JsonObject(json)));
        } catch (DecodeException e) {
            return Optional.empty(); // brackets in prose
        }
    }

    private static Optional<JsonObject> flows(JsonArray list) {
        return list.stream().allMatch(JsonObject.class::isInstance)
                ? Optional.of(new JsonObject()
                        .put(
                                FLOWS,
                                new JsonArray(
                                        list.stream().map(FlowAnswer::completed).toList())))
                : Optional.empty();
    }

    private static JsonObject withList(JsonObject json) {
        if (json.containsKey("title")) {
            return new JsonObject().put(FLOWS, new JsonArray(List.of(completed(json))));
        }
        Object flows = json.getValue(FLOWS);
        if (flows instanceof JsonObject single) {
            json.put(FLOWS, new JsonArray(List.of(completed(single))));
        } else if (flows instanceof JsonArray list) {
            json.put(
                    FLOWS,
                    new JsonArray(list.stream().map(FlowAnswer::completed).toList()));
        }
        return json;
    }

    /** A flow with the fields that may be empty, which models omit when no schema is enforced. */
    private static Object completed(Object flow) {
        if (!(flow instanceof JsonObject object)) {
            return flow;
        }
        JsonObject completed = object.copy();
        for (String name : List.of("description", "due_date")) {
            if (!completed.containsKey(name)) {
                completed.putNull(name);
            }
        }
        String priority = completed.getValue("priority") instanceof String text ? text : "medium";
        return completed.put("priority", priority.toLowerCase(Locale.ROOT));
    }
}
