package io.parley.export.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ChatMessage;
import io.parley.contract.ModelSelection;
import io.parley.contract.RunSpec;
import io.parley.contract.WireName;
import io.parley.json.ContentJson;
import io.parley.json.JsonFields;
import io.parley.json.PromptFields;
import io.parley.json.TextRule;
import io.parley.json.Usd;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Writes run specs as JSON and reads them back, with the field names of requests. */
final class RunSpecJson {

    private static final TextRule WORDS = TextRule.maxLength(100_000);
    private static final int MAX_TURNS = 10_000;
    private static final int MAX_MESSAGES = 1_000;

    static final RunSpec.Bot EMPTY_BOT =
            new RunSpec.Bot("", ModelSelection.DEFAULT, "", OptionalDouble.empty(), OptionalInt.empty());

    static final RunSpec.Duo EMPTY_DUO = new RunSpec.Duo("", 1, List.of(), RunSpec.StopRules.NONE, Optional.empty());

    private enum Kind {
        CHAT,
        DUO
    }

    private enum OnDisconnect {
        CONTINUE,
        CANCEL
    }

    private RunSpecJson() {}

    static ObjectNode write(RunSpec spec) {
        return switch (spec) {
            case RunSpec.Chat chat -> chat(chat);
            case RunSpec.Duo duo -> duo(duo);
        };
    }

    private static ObjectNode chat(RunSpec.Chat chat) {
        ObjectNode json = object().put("kind", "chat").put("system_prompt", chat.systemPrompt());
        ArrayNode messages = json.putArray("messages");
        for (ChatMessage chatMessage : chat.messages()) {
            ObjectNode message =
                    ContentJson.write(messages.addObject().put("role", WireName.of(chatMessage.role())), chatMessage);
            chatMessage.timestamp().ifPresent(at -> message.put("timestamp", at.toString()));
        }
        modelSelection(json, chat.selection());
        chat.temperature().ifPresent(temperature -> json.put("temperature", temperature));
        chat.maxTokens().ifPresent(max -> json.put("max_tokens", max));
        json.put("extract_flows", chat.extractFlows())
                .put("on_disconnect", chat.cancelOnDisconnect() ? "cancel" : "continue");
        return withThinking(json, chat);
    }

    private static ObjectNode duo(RunSpec.Duo duo) {
        ObjectNode json = object().put("kind", "duo").put("topic", duo.topic()).put("max_turns", duo.maxTurns());
        ArrayNode bots = json.putArray("bots");
        duo.bots().forEach(bot -> bots.add(bot(bot)));
        ObjectNode stop = json.putObject("stop");
        duo.stopRules().text().ifPresent(text -> stop.put("text", text));
        duo.stopRules().regex().ifPresent(regex -> stop.put("regex", regex));
        Usd.putIfKnown(stop, "max_usd", duo.stopRules().maxMicros());
        duo.stopRules().maxSeconds().ifPresent(max -> stop.put("max_seconds", max));
        duo.contextPrompt().ifPresent(prompt -> json.put("context_prompt", prompt));
        return withThinking(json, duo);
    }

    private static ObjectNode withThinking(ObjectNode json, RunSpec spec) {
        return spec.thinking() ? json.put("thinking", true) : json;
    }

    static ObjectNode bot(RunSpec.Bot bot) {
        ObjectNode json = object().put("name", bot.name());
        modelSelection(json, bot.selection());
        json.put("prompt", bot.prompt());
        bot.temperature().ifPresent(temperature -> json.put("temperature", temperature));
        bot.maxTokens().ifPresent(max -> json.put("max_tokens", max));
        return json;
    }

    private static void modelSelection(ObjectNode json, ModelSelection selection) {
        selection.provider().ifPresent(provider -> json.put("provider", provider));
        selection.model().ifPresent(model -> json.put("model", model));
        json.put("fallback", selection.fallback());
    }

    static RunSpec read(JsonFields fields) {
        Optional<Kind> kind = fields.optionalOneOf("kind", Kind.class);
        fields.require("kind");
        return kind.<RunSpec>map(runKind -> switch (runKind) {
                    case CHAT -> readChat(fields);
                    case DUO -> readDuo(fields);
                })
                .orElse(EMPTY_DUO);
    }

    private static RunSpec.Chat readChat(JsonFields fields) {
        return new RunSpec.Chat(
                requiredText(fields, "system_prompt"),
                fields.objects("messages", 1, MAX_MESSAGES, RunSpecJson::message),
                modelSelection(fields),
                fields.optionalNumber("temperature", 0, 2),
                fields.optionalInteger("max_tokens", 1, Integer.MAX_VALUE),
                fields.flag("extract_flows"),
                fields.oneOf("on_disconnect", OnDisconnect.class, OnDisconnect.CONTINUE) == OnDisconnect.CANCEL,
                PromptFields.thinking(fields));
    }

    private static ChatMessage message(JsonFields fields) {
        ChatMessage.Role role = fields.oneOf("role", ChatMessage.Role.class, ChatMessage.Role.USER);
        return ContentJson.read(fields, new ChatMessage(role, "", fields.optionalInstant("timestamp")), TextRule.ANY);
    }

    private static RunSpec.Duo readDuo(JsonFields fields) {
        return new RunSpec.Duo(
                requiredText(fields, "topic"),
                fields.integer("max_turns", 1, MAX_TURNS),
                fields.objects("bots", 2, 2, RunSpecJson::readBot),
                fields.object("stop", RunSpecJson::stop).orElse(RunSpec.StopRules.NONE),
                optionalText(fields, "context_prompt"),
                PromptFields.thinking(fields));
    }

    static RunSpec.Bot readBot(JsonFields fields) {
        return new RunSpec.Bot(
                requiredText(fields, "name"),
                modelSelection(fields),
                requiredText(fields, "prompt"),
                fields.optionalNumber("temperature", 0, 2),
                fields.optionalInteger("max_tokens", 1, Integer.MAX_VALUE));
    }

    private static RunSpec.StopRules stop(JsonFields fields) {
        return new RunSpec.StopRules(
                optionalText(fields, "text"),
                optionalText(fields, "regex").filter(regex -> isMet(fields, "regex", TextRule.REGEX, regex)),
                fields.optionalExactUsd("max_usd", Usd.MAX),
                fields.optionalLongInteger("max_seconds", 0, Integer.MAX_VALUE));
    }

    private static ModelSelection modelSelection(JsonFields fields) {
        return new ModelSelection(
                optionalText(fields, "provider"), optionalText(fields, "model"), fields.flag("fallback"));
    }

    /** Text that came from a client: must be printable, as in a request. */
    private static Optional<String> optionalText(JsonFields fields, String name) {
        return fields.optionalText(name, WORDS).filter(text -> isMet(fields, name, TextRule.PRINTABLE, text));
    }

    private static boolean isMet(JsonFields fields, String name, TextRule rule, String text) {
        return fields.check(name, rule.isMet().test(text), rule.name(), rule.message());
    }

    private static String requiredText(JsonFields fields, String name) {
        fields.require(name);
        return optionalText(fields, name).orElse("");
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
