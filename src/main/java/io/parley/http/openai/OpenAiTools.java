package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.Tools;
import io.parley.contract.Tools.Tool;
import io.parley.contract.Tools.ToolChoice;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;

/** Parses {@code tools}, {@code tool_choice} and {@code parallel_tool_calls} of a chat completion request. */
final class OpenAiTools {

    private static final int MAX_TOOLS = 1024;
    private static final TextRule NAME =
            TextRule.matching("[A-Za-z0-9_.-]{1,128}", "must be 1 to 128 letters, digits, '_', '.' or '-'");

    private OpenAiTools() {}

    static Tools read(JsonFields fields) {
        List<Tool> definitions =
                fields.any("tools").isPresent() ? fields.objects("tools", 0, MAX_TOOLS, OpenAiTools::tool) : List.of();
        Optional<JsonNode> choice = fields.any("tool_choice");
        Optional<String> forced = choice.filter(JsonNode::isObject).flatMap(_ -> forcedTool(fields));
        ToolChoice toolChoice = choice.filter(node -> !node.isObject())
                .flatMap(_ -> fields.optionalOneOf("tool_choice", ToolChoice.class))
                .orElse(forced.isPresent() ? ToolChoice.REQUIRED : ToolChoice.AUTO);
        boolean parallel = fields.optionalFlag("parallel_tool_calls").orElse(true);
        boolean defined = forced.isEmpty()
                || definitions.stream().anyMatch(tool -> tool.name().equals(forced.get()));
        fields.check(
                "tool_choice",
                defined && !(toolChoice == ToolChoice.REQUIRED && definitions.isEmpty()),
                "choice",
                "must refer to a tool defined in tools");
        return new Tools(definitions, toolChoice, forced, parallel);
    }

    private static Optional<String> forcedTool(JsonFields fields) {
        return fields.optionalObject("tool_choice", choice -> {
                    boolean isFunction = choice.text("type", TextRule.ANY).equals("function");
                    choice.check("type", isFunction, "unsupported", "only function is supported");
                    choice.check("function", choice.any("function").isPresent(), "required", "must be given");
                    return choice.optionalObject("function", function -> function.text("name", NAME));
                })
                .flatMap(name -> name);
    }

    private static Tool tool(JsonFields tool) {
        boolean isFunction = tool.text("type", TextRule.ANY).equals("function");
        tool.check("type", isFunction, "unsupported", "only function is supported");
        tool.check("function", !isFunction || tool.any("function").isPresent(), "required", "must be given");
        return tool.optionalObject("function", OpenAiTools::function)
                .orElse(new Tool("", Optional.empty(), Optional.empty(), false));
    }

    private static Tool function(JsonFields function) {
        Optional<JsonNode> parameters = function.any("parameters");
        function.check("parameters", parameters.map(JsonNode::isObject).orElse(true), "type", "must be an object");
        return new Tool(
                function.text("name", NAME),
                function.optionalText("description", TextRule.ANY),
                parameters.map(JsonNode::toString),
                function.optionalFlag("strict").orElse(false));
    }
}
