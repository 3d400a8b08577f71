package io.parley.http;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.parley.contract.Choice;
import io.parley.contract.RegexSize;
import io.parley.contract.RunMessage.Inject;
import io.parley.contract.RunMessage.Patch;
import io.parley.contract.Script;
import io.parley.contract.Speaker;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a client says to begin a two-agent conversation, and to it; the same fields on every kind of stream. */
final class DuoBody {

    private static final Text WORDS = Text.words(1, 10_000);
    private static final Text NAME = Text.words(1, 100);
    private static final int MOST_TOKENS = 1_000_000;
    private static final int MOST_TURNS = 1_000_000;
    private static final int LONGEST = 7 * 24 * 60 * 60;

    private enum Voice {
        MODERATOR,
        BOT0,
        BOT1
    }

    private DuoBody() {}

    static Script.Duo duo(Fields fields, int maxTurns) {
        String topic = fields.text("topic", WORDS);
        fields.check("max_turns", fields.has("max_turns"), "required", "must be given");
        int turns = fields.maybeInt("max_turns", 1, maxTurns).orElse(1);
        List<Script.Bot> bots = bots(fields);
        Script.StopRules stop = fields.maybeObject("stop", DuoBody::rules).orElse(Script.StopRules.NONE);
        return new Script.Duo(topic, turns, bots, stop, Optional.empty());
    }

    static List<Script.Bot> bots(Fields fields) {
        return fields.list("bots", 2, 2, DuoBody::bot);
    }

    /** Where another run leaves this one's past: {@code atTurn} turns are shared; {@code bots} are new ones, or none. */
    record Branch(int atTurn, Optional<List<Script.Bot>> bots) {}

    static Branch branch(Fields fields) {
        fields.check("at_turn", fields.has("at_turn"), "required", "must be given");
        return new Branch(
                fields.maybeInt("at_turn", 0, MOST_TURNS).orElse(0),
                fields.has("bots") ? Optional.of(bots(fields)) : Optional.empty());
    }

    static Inject inject(Fields fields) {
        String text = fields.text("text", WORDS);
        Voice voice = fields.maybeWord("as", Voice.class).orElse(Voice.MODERATOR);
        return new Inject(
                text,
                switch (voice) {
                    case MODERATOR -> Optional.empty();
                    case BOT0 -> Optional.of(Speaker.BOT0);
                    case BOT1 -> Optional.of(Speaker.BOT1);
                });
    }

    static Patch patch(Fields fields, int index, OptionalInt revision) {
        Patch patch = new Patch(
                index,
                fields.maybeText("prompt", WORDS),
                fields.maybeNumber("temperature", 0, 2),
                fields.maybeText("model", Text.MODEL),
                fields.maybeText("provider", Text.PROVIDER),
                revision);
        boolean something =
                List.of("prompt", "temperature", "model", "provider").stream().anyMatch(fields::has);
        fields.check("", something, "empty", "must change something");
        return patch;
    }

    private static Script.Bot bot(Fields bot) {
        Optional<String> name = bot.maybeText("name", NAME);
        Choice choice = new Choice(bot.maybeText("provider", Text.PROVIDER), bot.maybeText("model", Text.MODEL), true);
        return new Script.Bot(
                name.or(choice::model).or(choice::provider).orElse("bot"),
                choice,
                bot.text("prompt", WORDS),
                bot.maybeNumber("temperature", 0, 2),
                bot.maybeInt("max_tokens", 1, MOST_TOKENS));
    }

    private static Script.StopRules rules(Fields stop) {
        Optional<String> text = stop.maybeText("text", WORDS);
        Optional<String> regex = stop.maybeText("regex", Text.words(1, 1_000));
        regex.ifPresent(pattern -> stop.check(
                "regex",
                compiles(pattern),
                "regex",
                "must be a pattern in RE2 syntax (no back-references, no look-around) that repeats nothing too often"));
        OptionalLong micros = stop.maybeUsd("max_usd", 1_000_000);
        OptionalInt seconds = stop.maybeInt("max_seconds", 1, LONGEST);
        return new Script.StopRules(
                text, regex, micros, seconds.isPresent() ? OptionalLong.of(seconds.getAsInt()) : OptionalLong.empty());
    }

    private static boolean compiles(String pattern) {
        try {
            return RegexSize.of(pattern) <= RegexSize.MOST
                    && !Pattern.compile(pattern).pattern().isEmpty();
        } catch (PatternSyntaxException e) {
            return false;
        }
    }
}
