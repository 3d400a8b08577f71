package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.Tools;
import io.parley.contract.Tools.Tool;
import io.parley.contract.Tools.ToolChoice;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;

/**
 * Parses {@code tools}, {@code tool_choice} and {@code parallel_tool_calls} of a chat completion request, and their predecessors
 * {@code functions} and {@code function_call}.
 */
final class OpenAiTools {

    private static final int MAX_TOOLS = 1024;
    private static final TextRule NAME =
            TextRule.matching("[A-Za-z0-9_.-]{1,128}", "must be 1 to 128 letters, digits, '_', '.' or '-'");

    private enum Mode {
        AUTO,
        REQUIRED
    }

    /** Which of the tools may or must be called; {@code allowed} lists their names if not all of them may. */
    private record Choice(ToolChoice use, Optional<String> forced, Optional<List<String>> allowed) {

        private static final Choice AUTO = of(ToolChoice.AUTO);

        private static Choice of(ToolChoice use) {
            return new Choice(use, Optional.empty(), Optional.empty());
        }

        private static Choice force(String name) {
            return new Choice(ToolChoice.REQUIRED, Optional.of(name), Optional.empty());
        }

        private List<Tool> filter(List<Tool> definitions) {
            return allowed.map(names -> definitions.stream()
                            .filter(tool -> names.contains(tool.name()))
                            .toList())
                    .orElse(definitions);
        }

        /** Whether all the names are those of tools. */
        private boolean fits(List<Tool> definitions) {
            List<String> names = definitions.stream().map(Tool::name).toList();
            return names.containsAll(forced.stream().toList())
                    && names.containsAll(allowed.orElse(List.of()))
                    && !(use == ToolChoice.REQUIRED && filter(definitions).isEmpty());
        }
    }

    private OpenAiTools() {}

    static Tools read(JsonFields fields) {
        boolean legacy = areFunctions(fields);
        List<Tool> definitions =
                legacy ? fields.objects("functions", 0, MAX_TOOLS, OpenAiTools::function) : tools(fields);
        String choiceName = fields.any("tool_choice").isEmpty() && legacy ? "function_call" : "tool_choice";
        Choice choice = choice(fields, choiceName);
        boolean parallel = fields.optionalFlag("parallel_tool_calls").orElse(!legacy);
        fields.check(choiceName, choice.fits(definitions), "choice", "must refer to a tool defined in tools");
        if (!legacy) { // tools take precedence
            fields.drop("functions");
            fields.drop("function_call");
        }
        return new Tools(choice.filter(definitions), choice.use, choice.forced, parallel);
    }

    /** Whether the client knows functions instead of tools, and expects an answer with {@code function_call}. */
    static boolean areFunctions(JsonFields fields) {
        return fields.any("tools").isEmpty() && fields.any("functions").isPresent();
    }

    private static List<Tool> tools(JsonFields fields) {
        return fields.any("tools").isPresent() ? fields.objects("tools", 0, MAX_TOOLS, OpenAiTools::tool) : List.of();
    }

    private static Choice choice(JsonFields fields, String name) {
        return fields.any(name).filter(JsonNode::isObject).isPresent()
                ? fields.optionalObject(name, OpenAiTools::choiceObject).orElse(Choice.AUTO)
                : Choice.of(fields.optionalOneOf(name, ToolChoice.class).orElse(ToolChoice.AUTO));
    }

    private static Choice choiceObject(JsonFields choice) {
        if (!choice.has("type") && choice.has("name")) { // function_call
            return Choice.force(choice.text("name", NAME));
        }
        return switch (choice.text("type", TextRule.ANY)) {
            case "function" ->
                choice.object("function", function -> function.text("name", NAME))
                        .map(Choice::force)
                        .orElse(Choice.AUTO);
            case "allowed_tools" ->
                choice.object("allowed_tools", OpenAiTools::allowed).orElse(Choice.AUTO);
            default -> {
                choice.check("type", false, "unsupported", "only function and allowed_tools are supported");
                yield Choice.AUTO;
            }
        };
    }

    private static Choice allowed(JsonFields allowed) {
        Mode mode = allowed.oneOf("mode", Mode.class, Mode.AUTO);
        List<String> names = allowed.objects("tools", 0, MAX_TOOLS, tool -> {
            checkFunction(tool);
            return tool.object("function", function -> function.text("name", NAME))
                    .orElse("");
        });
        ToolChoice use = mode == Mode.REQUIRED ? ToolChoice.REQUIRED : ToolChoice.AUTO;
        return new Choice(use, Optional.empty(), Optional.of(names));
    }

    private static boolean checkFunction(JsonFields tool) {
        boolean isFunction = tool.text("type", TextRule.ANY).equals("function");
        tool.check("type", isFunction, "unsupported", "only function is supported");
        return isFunction;
    }

    private static Tool tool(JsonFields tool) {
        boolean isFunction = checkFunction(tool);
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
