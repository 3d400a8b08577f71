package io.parley.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.Tools;
import io.parley.contract.Tools.Tool;
import io.parley.contract.Tools.ToolChoice;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Parses {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}. Leaves out namespaces, tool search and web search, which
 * agents send unasked; rejects other tools that a provider would run itself.
 */
final class ResponsesTools {

    /** Types of tools that agents send unasked, besides web search. */
    private static final Set<String> UNASKED = Set.of("namespace", "tool_search");

    private static final int MAX_TOOLS = 1024;
    private static final TextRule NAME =
            TextRule.matching("[A-Za-z0-9_.-]{1,128}", "must be 1 to 128 letters, digits, '_', '.' or '-'");
    private static final String MUST_BE_DEFINED = "must refer to a function defined in tools";

    private ResponsesTools() {}

    static Tools read(JsonFields fields) {
        List<Tool> definitions = fields.any("tools").isPresent()
                ? fields.objects("tools", 0, MAX_TOOLS, ResponsesTools::tool).stream()
                        .flatMap(Optional::stream)
                        .toList()
                : List.of();
        boolean parallel = fields.optionalFlag("parallel_tool_calls").orElse(true);
        Tools auto = new Tools(definitions, ToolChoice.AUTO, Optional.empty(), parallel);
        Tools tools = fields.isObject("tool_choice")
                ? fields.optionalObject("tool_choice", choice -> choice(choice, auto))
                        .orElse(auto)
                : new Tools(
                        definitions,
                        fields.optionalOneOf("tool_choice", ToolChoice.class).orElse(ToolChoice.AUTO),
                        Optional.empty(),
                        parallel);
        fields.check(
                "tool_choice", tools.choice() != ToolChoice.REQUIRED || isDefined(tools), "choice", MUST_BE_DEFINED);
        return tools;
    }

    private static boolean isDefined(Tools tools) {
        return tools.forcedTool()
                .map(forced -> tools.definitions().stream()
                        .anyMatch(tool -> tool.name().equals(forced)))
                .orElse(!tools.definitions().isEmpty());
    }

    private static Optional<Tool> tool(JsonFields tool) {
        String type = tool.text("type", TextRule.ANY);
        if (type.equals("function")) {
            return Optional.of(function(tool));
        }
        boolean unasked = UNASKED.contains(type) || type.startsWith("web_search");
        if (tool.check("type", unasked, "unsupported", unsupported(type))) {
            tool.leaveOut(type);
        }
        return Optional.empty();
    }

    private static String unsupported(String type) {
        return type.equals("custom") ? "custom tools are not supported: use function" : "only function is supported";
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

    private static Tools choice(JsonFields choice, Tools tools) {
        return switch (choice.text("type", TextRule.ANY)) {
            case "function" ->
                new Tools(
                        tools.definitions(),
                        ToolChoice.REQUIRED,
                        Optional.of(choice.text("name", NAME)),
                        tools.parallel());
            case "allowed_tools" -> allowed(choice, tools);
            default -> {
                choice.check("type", false, "unsupported", "only function and allowed_tools are supported");
                yield tools;
            }
        };
    }

    /** Offers the model only the allowed tools. */
    private static Tools allowed(JsonFields choice, Tools tools) {
        Set<String> names = new HashSet<>(choice.objects("tools", 1, MAX_TOOLS, tool -> {
            tool.check(
                    "type",
                    tool.text("type", TextRule.ANY).equals("function"),
                    "unsupported",
                    "only function is supported");
            return tool.text("name", NAME);
        }));
        List<Tool> allowed = tools.definitions().stream()
                .filter(tool -> names.contains(tool.name()))
                .toList();
        choice.check("tools", allowed.size() == names.size(), "choice", MUST_BE_DEFINED);
        ToolChoice mode = choice.optionalOneOf("mode", ToolChoice.class).orElse(ToolChoice.AUTO);
        return new Tools(allowed, mode, Optional.empty(), tools.parallel());
    }
}
