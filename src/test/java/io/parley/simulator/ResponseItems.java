package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** The output items of one response, whole and as a stream of events. */
final class ResponseItems {

    private final JsonArray items = new JsonArray();
    private int sequence;

    ResponseItems(SimulatedModel model, SimulatedAnswer answer) {
        if (!answer.thoughts().isEmpty()) {
            items.add(new JsonObject()
                    .put("id", "rs_" + model.id())
                    .put("type", "reasoning")
                    .put(
                            "summary",
                            new JsonArray()
                                    .add(new JsonObject()
                                            .put("type", "summary_text")
                                            .put("text", answer.thoughts()))));
        }
        if (!answer.text().isEmpty()) {
            items.add(new JsonObject()
                    .put("id", "msg_" + model.id())
                    .put("type", "message")
                    .put("status", "completed")
                    .put("role", "assistant")
                    .put("content", new JsonArray().add(part(answer.text()))));
        }
        for (SimulatedAnswer.Call call : answer.calls()) {
            items.add(new JsonObject()
                    .put("id", "fc_" + model.id())
                    .put("type", "function_call")
                    .put("status", "completed")
                    .put("call_id", "call_" + call.id())
                    .put("name", call.name())
                    .put("arguments", call.arguments().encode()));
        }
    }

    private static JsonObject part(String text) {
        return new JsonObject()
                .put("type", "output_text")
                .put("text", text)
                .put("annotations", new JsonArray())
                .put("logprobs", new JsonArray());
    }

    JsonArray list() {
        return items;
    }

    /** Writes all events of the response. */
    void stream(ApiExchange.Stream out, JsonObject response) throws IOException {
        JsonObject begun = response.copy()
                .put("status", "in_progress")
                .put("output", new JsonArray())
                .put("usage", null);
        send(out, event("response.created").put("response", begun));
        send(out, event("response.in_progress").put("response", begun));
        for (int i = 0; i < items.size(); i++) {
            JsonObject item = items.getJsonObject(i);
            send(out, event("response.output_item.added").put("output_index", i).put("item", opening(item)));
            JsonObject at =
                    new JsonObject().put("item_id", item.getString("id")).put("output_index", i);
            switch (item.getString("type")) {
                case "reasoning" ->
                    reasoning(out, at, item.getJsonArray("summary").getJsonObject(0));
                case "message" -> message(out, at, item.getJsonArray("content").getJsonObject(0));
                default -> call(out, at, item);
            }
            send(out, event("response.output_item.done").put("output_index", i).put("item", item));
        }
        send(out, event("response.completed").put("response", response));
    }

    private static JsonObject opening(JsonObject item) {
        return switch (item.getString("type")) {
            case "reasoning" -> item.copy().put("summary", new JsonArray());
            case "message" -> item.copy().put("status", "in_progress").put("content", new JsonArray());
            default -> item.copy().put("status", "in_progress").put("arguments", "");
        };
    }

    private void reasoning(ApiExchange.Stream out, JsonObject at, JsonObject part) throws IOException {
        JsonObject where = at.copy().put("summary_index", 0);
        String name = "response.reasoning_summary_";
        send(
                out,
                event(name + "part.added")
                        .mergeIn(where)
                        .put("part", part.copy().put("text", "")));
        for (String piece : SimulatedAnswer.pieces(part.getString("text"))) {
            send(out, event(name + "text.delta").mergeIn(where).put("delta", piece));
        }
        send(out, event(name + "text.done").mergeIn(where).put("text", part.getString("text")));
        send(out, event(name + "part.done").mergeIn(where).put("part", part));
    }

    private void message(ApiExchange.Stream out, JsonObject at, JsonObject part) throws IOException {
        JsonObject where = at.copy().put("content_index", 0);
        send(
                out,
                event("response.content_part.added")
                        .mergeIn(where)
                        .put("part", part.copy().put("text", "")));
        for (String piece : SimulatedAnswer.pieces(part.getString("text"))) {
            send(
                    out,
                    event("response.output_text.delta")
                            .mergeIn(where)
                            .put("delta", piece)
                            .put("logprobs", new JsonArray()));
        }
        send(
                out,
                event("response.output_text.done")
                        .mergeIn(where)
                        .put("text", part.getString("text"))
                        .put("logprobs", new JsonArray()));
        send(out, event("response.content_part.done").mergeIn(where).put("part", part));
    }

    private void call(ApiExchange.Stream out, JsonObject at, JsonObject item) throws IOException {
        String name = "response.function_call_arguments.";
        for (String piece : SimulatedAnswer.pieces(item.getString("arguments"))) {
            send(out, event(name + "delta").mergeIn(at).put("delta", piece));
        }
        send(
                out,
                event(name + "done")
                        .mergeIn(at)
                        .put("name", item.getString("name"))
                        .put("arguments", item.getString("arguments")));
    }

    private static JsonObject event(String type) {
        return new JsonObject().put("type", type);
    }

    private void send(ApiExchange.Stream out, JsonObject event) throws IOException {
        out.event(event.put("sequence_number", sequence++));
    }
}
