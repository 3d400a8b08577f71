package io.parley.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.parley.contract.Choice;
import io.parley.contract.RegexSize;
import io.parley.contract.Said;
import io.parley.contract.Script;
import io.parley.contract.WireName;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What a conversation was asked to be, as JSON and back; in the words that clients use to begin one. */
final class ScriptJson {

    private static final int MOST_WORDS = 100_000;
    private static final int MOST_TURNS = 10_000;
    private static final int MOST_MESSAGES = 1_000;

    static final Script.Bot NOBODY = new Script.Bot("", Choice.ANY, "", OptionalDouble.empty(), OptionalInt.empty());

    static final Script.Duo NONE = new Script.Duo("", 1, List.of(), Script.StopRules.NONE, Optional.empty());

    private enum Kind {
        CHAT,
        DUO
    }

    private enum OnDisconnect {
        CONTINUE,
        CANCEL
    }

    private ScriptJson() {}

    static ObjectNode write(Script script) {
        return switch (script) {
            case Script.Chat chat -> chat(chat);
            case Script.Duo duo -> duo(duo);
        };
    }

    private static ObjectNode chat(Script.Chat chat) {
        ObjectNode json = object().put("kind", "chat").put("system_prompt", chat.systemPrompt());
        ArrayNode messages = json.putArray("messages");
        for (Said said : chat.messages()) {
            ObjectNode message =
                    messages.addObject().put("role", WireName.of(said.role())).put("content", said.content());
            said.at().ifPresent(at -> message.put("timestamp", at.toString()));
        }
        choice(json, chat.choice());
        chat.temperature().ifPresent(temperature -> json.put("temperature", temperature));
        chat.maxTokens().ifPresent(most -> json.put("max_tokens", most));
        return json.put("extract_flows", chat.extractFlows())
                .put("on_disconnect", chat.cancelOnDisconnect() ? "cancel" : "continue");
    }

    private static ObjectNode duo(Script.Duo duo) {
        ObjectNode json = object().put("kind", "duo").put("topic", duo.topic()).put("max_turns", duo.maxTurns());
        ArrayNode bots = json.putArray("bots");
        duo.bots().forEach(bot -> bots.add(bot(bot)));
        ObjectNode stop = json.putObject("stop");
        duo.stop().text().ifPresent(text -> stop.put("text", text));
        duo.stop().regex().ifPresent(regex -> stop.put("regex", regex));
        Numbers.dollars(stop, "max_usd", duo.stop().maxMicros());
        duo.stop().maxSeconds().ifPresent(most -> stop.put("max_seconds", most));
        duo.contextPrompt().ifPresent(prompt -> json.put("context_prompt", prompt));
        return json;
    }

    static ObjectNode bot(Script.Bot bot) {
        ObjectNode json = object().put("name", bot.name());
        choice(json, bot.choice());
        json.put("prompt", bot.prompt());
        bot.temperature().ifPresent(temperature -> json.put("temperature", temperature));
        bot.maxTokens().ifPresent(most -> json.put("max_tokens", most));
        return json;
    }

    private static void choice(ObjectNode json, Choice choice) {
        choice.provider().ifPresent(provider -> json.put("provider", provider));
        choice.model().ifPresent(model -> json.put("model", model));
        json.put("fallback", choice.fallback());
    }

    static Script read(Fields fields) {
        Optional<Kind> kind = fields.maybeWord("kind", Kind.class);
        fields.check("kind", fields.has("kind"), "required", "must be given");
        return kind.<Script>map(known -> switch (known) {
                    case CHAT -> readChat(fields);
                    case DUO -> readDuo(fields);
                })
                .orElse(NONE);
    }

    private static Script.Chat readChat(Fields fields) {
        return new Script.Chat(
                words(fields, "system_prompt"),
                fields.objects("messages", 1, MOST_MESSAGES, ScriptJson::message),
                choice(fields),
                temperature(fields),
                fields.maybeNumber("max_tokens", 1, Integer.MAX_VALUE),
                fields.flag("extract_flows"),
                fields.word("on_disconnect", OnDisconnect.class, OnDisconnect.CONTINUE) == OnDisconnect.CANCEL);
    }

    private static Said message(Fields fields) {
        return new Said(
                fields.word("role", Said.Role.class, Said.Role.USER),
                words(fields, "content"),
                fields.maybeInstant("timestamp"));
    }

    private static Script.Duo readDuo(Fields fields) {
        return new Script.Duo(
                words(fields, "topic"),
                fields.number("max_turns", 1, MOST_TURNS),
                fields.objects("bots", 2, 2, ScriptJson::readBot),
                fields.object("stop", ScriptJson::stop).orElse(Script.StopRules.NONE),
                maybeWords(fields, "context_prompt"));
    }

    static Script.Bot readBot(Fields fields) {
        return new Script.Bot(
                words(fields, "name"),
                choice(fields),
                words(fields, "prompt"),
                temperature(fields),
                fields.maybeNumber("max_tokens", 1, Integer.MAX_VALUE));
    }

    private static Script.StopRules stop(Fields fields) {
        return new Script.StopRules(
                maybeWords(fields, "text"),
                fields.checked(
                        "regex",
                        maybeWords(fields, "regex"),
                        ScriptJson::compiles,
                        "regex",
                        "must be a regular expression in RE2 syntax"),
                fields.maybeMicros("max_usd"),
                fields.maybeWhole("max_seconds", 0, Integer.MAX_VALUE));
    }

    private static boolean compiles(String regex) {
        try {
            return RegexSize.of(regex) <= RegexSize.MOST
                    && Pattern.compile(regex).groupCount() >= 0;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static Choice choice(Fields fields) {
        return new Choice(maybeWords(fields, "provider"), maybeWords(fields, "model"), fields.flag("fallback"));
    }

    private static OptionalDouble temperature(Fields fields) {
        return fields.maybeDecimal("temperature", BigDecimal.ZERO, BigDecimal.TWO).stream()
                .mapToDouble(BigDecimal::doubleValue)
                .findFirst();
    }

    /** What a client once said; it was checked then, and nothing else may take its place now. */
    private static Optional<String> maybeWords(Fields fields, String name) {
        return fields.checked(
                name,
                fields.maybeText(name, MOST_WORDS),
                ScriptJson::readable,
                "text",
                "must not hold control characters or halves of characters");
    }

    private static String words(Fields fields, String name) {
        fields.check(name, fields.has(name), "required", "must be given");
        return maybeWords(fields, name).orElse("");
    }

    private static boolean readable(String text) {
        return text.codePoints()
                .noneMatch(c -> (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\u001b')
                        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                        || c == 0xfffe
                        || c == 0xffff);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
