package io.parley.http.anthropic;

import io.parley.contract.Tools;
import io.parley.contract.Tools.Tool;
import io.parley.contract.Tools.ToolChoice;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;

/** Parses {@code tools} and {@code tool_choice} of Anthropic's format. Rejects Anthropic's server tools. */
final class AnthropicTools {

    static final TextRule NAME =
            TextRule.matching("[A-Za-z0-9_.-]{1,128}", "must be 1 to 128 letters, digits, '_', '.' or '-'");

    private static final int MAX_TOOLS = 1000;

    private enum Kind {
        CUSTOM
    }

    private enum Choice {
        AUTO,
        ANY,
        TOOL,
        NONE
    }

    private AnthropicTools() {}

    static Tools read(JsonFields fields) {
        List<Tool> definitions = fields.any("tools").isPresent()
                ? fields.objects("tools", 0, MAX_TOOLS, AnthropicTools::tool)
                : List.of();
        Tools auto = new Tools(definitions, ToolChoice.AUTO, Optional.empty(), true);
        return fields.optionalObject("tool_choice", choice -> parseChoice(definitions, choice))
                .orElse(auto);
    }

    private static Tool tool(JsonFields tool) {
        tool.optionalOneOf("type", Kind.class);
        tool.check("input_schema", tool.has("input_schema"), "required", "must be given");
        return new Tool(
                tool.text("name", NAME),
                tool.optionalText("description", TextRule.ANY),
                tool.optionalJson("input_schema"),
                tool.optionalFlag("strict").orElse(false));
    }

    private static Tools parseChoice(List<Tool> definitions, JsonFields fields) {
        Choice choice = fields.oneOf("type", Choice.class, Choice.AUTO);
        Optional<String> forcedTool = choice == Choice.TOOL ? Optional.of(fields.text("name", NAME)) : Optional.empty();
        boolean parallel = !fields.optionalFlag("disable_parallel_tool_use").orElse(false);
        ToolChoice toolChoice = switch (choice) {
            case AUTO -> ToolChoice.AUTO;
            case ANY, TOOL -> ToolChoice.REQUIRED;
            case NONE -> ToolChoice.NONE;
        };
        return new Tools(definitions, toolChoice, forcedTool, parallel);
    }
}
