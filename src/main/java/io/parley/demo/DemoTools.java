package io.parley.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.parley.demo.schema.InstanceGenerator;
import io.parley.demo.schema.UnsupportedSchema;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tools of a request.
 *
 * @param parameters the schema of each tool's arguments, by its name
 * @param choice {@code auto}, {@code none} or {@code required}
 * @param forced the tool that must be called
 */
record DemoTools(Map<String, JsonNode> parameters, String choice, Optional<String> forced) {

    static DemoTools parse(JsonObject body) {
        Map<String, JsonNode> parameters = new LinkedHashMap<>();
        JsonArray tools = body.getJsonArray("tools", new JsonArray());
        for (int index = 0; index < tools.size(); index++) {
            String path = "tools[" + index + "]";
            JsonObject tool = tools.getJsonObject(index);
            if (!"function".equals(tool.getString("type", "function"))) {
                throw new InvalidRequest(path + ".type", "the demo model calls only tools of type function");
            }
            JsonObject function = tool.getJsonObject("function");
            String name = function == null ? "" : function.getString("name", "");
            if (name.isEmpty()) {
                throw new InvalidRequest(path + ".function.name", "every tool needs a name");
            }
            parameters.put(name, schema(function.getJsonObject("parameters")));
        }
        Object choice = body.getValue("tool_choice");
        DemoTools parsed = choice instanceof JsonObject chosen
                ? new DemoTools(parameters, "required", Optional.of(forced(chosen)))
                : new DemoTools(parameters, choice == null ? "auto" : choice.toString(), Optional.empty());
        return parsed.checked();
    }

    private static JsonNode schema(@Nullable JsonObject parameters) {
        return parameters == null ? JsonNodeFactory.instance.objectNode() : JsonTrees.of(parameters);
    }

    private static String forced(JsonObject choice) {
        JsonObject function = choice.getJsonObject("function");
        if (!"function".equals(choice.getString("type")) || function == null) {
            throw new InvalidRequest("tool_choice", "the demo model supports auto, none, required or one function");
        }
        return function.getString("name", "");
    }

    private DemoTools checked() {
        if (!List.of("auto", "none", "required").contains(choice)) {
            throw new InvalidRequest("tool_choice", "tool_choice must be auto, none, required or one function");
        }
        if (forced.filter(name -> !parameters.containsKey(name)).isPresent()
                || (choice.equals("required") && parameters.isEmpty())) {
            throw new InvalidRequest("tool_choice", "tool_choice requires a tool that is not in tools");
        }
        return this;
    }

    /** The tool to call: the required one or, if the model may choose, one that the last message names. */
    Optional<String> called(List<DemoMessage> messages) {
        return switch (choice) {
            case "required" ->
                forced.or(() -> named(messages))
                        .or(() -> parameters.keySet().stream().findFirst());
            case "auto" -> named(messages);
            default -> Optional.empty();
        };
    }

    private Optional<String> named(List<DemoMessage> messages) {
        DemoMessage last = messages.getLast();
        return last.fromUser()
                ? parameters.keySet().stream()
                        .filter(name -> Pattern.compile("(?<![\\w-])" + Pattern.quote(name) + "(?![\\w-])")
                                .matcher(last.text())
                                .find())
                        .findFirst()
                : Optional.empty();
    }

    /** The smallest valid arguments of the tool {@code name}, as JSON text. */
    String arguments(String name) {
        int index = List.copyOf(parameters.keySet()).indexOf(name);
        try {
            JsonNode parameterSchema = parameters.getOrDefault(name, JsonNodeFactory.instance.objectNode());
            return InstanceGenerator.generate(parameterSchema).toString();
        } catch (UnsupportedSchema schema) {
            throw new InvalidRequest(
                    "tools[" + index + "].function.parameters",
                    "the demo model has no arguments for this schema: " + schema.detail());
        }
    }
}
