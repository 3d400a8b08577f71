package io.parley.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.Tools;
import io.parley.contract.Tools.Tool;
import io.parley.contract.Tools.Use;
import java.util.List;
import java.util.Optional;

/** Reads the tools of a chat completion, and how they may be called. */
final class OpenAiTools {

    private static final int MOST_TOOLS = 1024;
    private static final Text ANY = new Text("text", "must be a text", _ -> true);
    private static final Text NAME = Text.matching("[A-Za-z0-9_.-]{1,128}", "must be the name of a tool");

    private OpenAiTools() {}

    static Tools read(Fields fields) {
        List<Tool> offered =
                fields.any("tools").isPresent() ? fields.list("tools", 0, MOST_TOOLS, OpenAiTools::tool) : List.of();
        Optional<JsonNode> choice = fields.any("tool_choice");
        Optional<String> named = choice.filter(JsonNode::isObject).flatMap(_ -> named(fields));
        Use use = choice.filter(node -> !node.isObject())
                .flatMap(_ -> fields.maybeWord("tool_choice", Use.class))
                .orElse(named.isPresent() ? Use.REQUIRED : Use.AUTO);
        boolean parallel = fields.maybeFlag("parallel_tool_calls").orElse(true);
        boolean known =
                named.isEmpty() || offered.stream().anyMatch(tool -> tool.name().equals(named.get()));
        fields.check(
                "tool_choice",
                known && !(use == Use.REQUIRED && offered.isEmpty()),
                "choice",
                "must be one of the tools that are given");
        return new Tools(offered, use, named, parallel);
    }

    private static Optional<String> named(Fields fields) {
        return fields.maybeObject("tool_choice", choice -> {
                    boolean function = choice.text("type", ANY).equals("function");
                    choice.check("type", function, "unsupported", "only function is supported");
                    choice.check("function", choice.any("function").isPresent(), "required", "must be given");
                    return choice.maybeObject("function", each -> each.text("name", NAME));
                })
                .flatMap(name -> name);
    }

    private static Tool tool(Fields tool) {
        boolean function = tool.text("type", ANY).equals("function");
        tool.check("type", function, "unsupported", "only function is supported");
        tool.check("function", !function || tool.any("function").isPresent(), "required", "must be given");
        return tool.maybeObject("function", OpenAiTools::function)
                .orElse(new Tool("", Optional.empty(), Optional.empty(), false));
    }

    private static Tool function(Fields function) {
        Optional<JsonNode> parameters = function.any("parameters");
        function.check("parameters", parameters.map(JsonNode::isObject).orElse(true), "type", "must be an object");
        return new Tool(
                function.text("name", NAME),
                function.maybeText("description", ANY),
                parameters.map(JsonNode::toString),
                function.maybeFlag("strict").orElse(false));
    }
}
