package io.parley.http;

import io.parley.contract.Tools;
import io.parley.contract.Tools.Tool;
import io.parley.contract.Tools.Use;
import java.util.List;
import java.util.Optional;

/** The tools that a request in Anthropic's format offers, and how freely they may be called. Those that Anthropic runs are refused. */
final class MessagesTools {

    static final Text NAME = Text.matching("[A-Za-z0-9_.-]{1,128}", "must be the name of a tool");

    private static final int MOST = 1000;

    private enum Kind {
        CUSTOM
    }

    private enum Choice {
        AUTO,
        ANY,
        TOOL,
        NONE
    }

    private MessagesTools() {}

    static Tools read(Fields fields) {
        List<Tool> offered =
                fields.any("tools").isPresent() ? fields.list("tools", 0, MOST, MessagesTools::tool) : List.of();
        Tools free = new Tools(offered, Use.AUTO, Optional.empty(), true);
        return fields.maybeObject("tool_choice", choice -> choose(offered, choice))
                .orElse(free);
    }

    private static Tool tool(Fields tool) {
        tool.maybeWord("type", Kind.class);
        tool.check("input_schema", tool.has("input_schema"), "required", "must be given");
        return new Tool(
                tool.text("name", NAME),
                tool.maybeText("description", MessagesTurn.ANY),
                tool.maybeJson("input_schema"),
                tool.maybeFlag("strict").orElse(false));
    }

    private static Tools choose(List<Tool> offered, Fields fields) {
        Choice choice = fields.word("type", Choice.class, Choice.AUTO);
        Optional<String> named = choice == Choice.TOOL ? Optional.of(fields.text("name", NAME)) : Optional.empty();
        boolean parallel = !fields.maybeFlag("disable_parallel_tool_use").orElse(false);
        Use use = switch (choice) {
            case AUTO -> Use.AUTO;
            case ANY, TOOL -> Use.REQUIRED;
            case NONE -> Use.NONE;
        };
        return new Tools(offered, use, named, parallel);
    }
}
