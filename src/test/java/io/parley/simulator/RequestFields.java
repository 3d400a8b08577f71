package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Reads JSON requests. */
final class RequestFields {

    private RequestFields() {}

    /** Refuses a body with a field that the API does not have. {@code message} has one %s for its name. */
    static void only(JsonObject body, Set<String> known, String code, String message) {
        for (String name : body.fieldNames()) {
            if (!known.contains(name)) {
                throw new SimulatedError(400, code, name, message.formatted(name));
            }
        }
    }

    static List<JsonObject> objects(JsonObject body, String name) {
        return body.getValue(name) instanceof JsonArray list ? objects(list) : List.of();
    }

    static List<JsonObject> objects(JsonArray list) {
        return list.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }

    static JsonObject object(JsonObject body, String name) {
        return body.getValue(name) instanceof JsonObject object ? object : new JsonObject();
    }

    /** Returns the text of a content that is a text or a list of parts with "text". */
    static String text(JsonObject body, String name) {
        if (body.getValue(name) instanceof String text) {
            return text;
        }
        return String.join(
                "\n",
                objects(body, name).stream()
                        .map(part -> part.getString("text", ""))
                        .toList());
    }
}
