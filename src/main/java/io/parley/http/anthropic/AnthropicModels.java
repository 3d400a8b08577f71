package io.parley.http.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.GatewayMessage.Model;
import java.util.List;

/** Writes models in Anthropic's format, all on one page. */
public final class AnthropicModels {

    private AnthropicModels() {}

    public static ObjectNode list(List<Model> models) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        ArrayNode data = view.putArray("data");
        models.forEach(model -> data.add(model(model)));
        return view.put("has_more", false)
                .put("first_id", models.isEmpty() ? null : models.getFirst().id())
                .put("last_id", models.isEmpty() ? null : models.getLast().id());
    }

    /** {@code created_at} is the epoch, because the creation time is unknown. */
    public static ObjectNode model(Model model) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "model")
                .put("id", model.id())
                .put("display_name", model.id())
                .put("created_at", "1970-01-01T00:00:00Z");
    }
}
