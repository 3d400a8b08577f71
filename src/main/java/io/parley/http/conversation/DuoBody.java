package io.parley.http.conversation;

import io.parley.contract.ModelSelection;
import io.parley.contract.RunMessage.Inject;
import io.parley.contract.RunMessage.Patch;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import io.parley.json.JsonFields;
import io.parley.json.PromptFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Parses the requests that start, fork and control a two-agent conversation: the same fields over HTTP and WebSocket. */
public final class DuoBody {

    private static final TextRule CONTENT = TextRule.notBlank(1, 10_000);
    private static final TextRule NAME = TextRule.notBlank(1, 100);
    private static final int MAX_TOKENS = 1_000_000;
    private static final int MAX_TURNS = 1_000_000;
    private static final int MAX_SECONDS = 7 * 24 * 60 * 60;

    private enum InjectAs {
        MODERATOR,
        BOT0,
        BOT1
    }

    private DuoBody() {}

    static RunSpec.Duo duo(JsonFields fields, int maxTurns) {
        String topic = fields.text("topic", CONTENT);
        int turns = fields.integer("max_turns", 1, maxTurns);
        List<RunSpec.Bot> bots = bots(fields);
        RunSpec.StopRules stop =
                fields.optionalObject("stop", DuoBody::stopRules).orElse(RunSpec.StopRules.NONE);
        return new RunSpec.Duo(topic, turns, bots, stop, Optional.empty(), PromptFields.thinking(fields));
    }

    static List<RunSpec.Bot> bots(JsonFields fields) {
        return fields.objects("bots", 2, 2, DuoBody::bot);
    }

    /** Where a fork branches off: the first {@code atTurn} turns are shared; {@code bots} replace the original ones, if present. */
    public record ForkRequest(int atTurn, Optional<List<RunSpec.Bot>> bots) {}

    public static ForkRequest forkRequest(JsonFields fields) {
        return new ForkRequest(
                fields.integer("at_turn", 0, MAX_TURNS),
                fields.has("bots") ? Optional.of(bots(fields)) : Optional.empty());
    }

    public static Inject inject(JsonFields fields) {
        String text = fields.text("text", CONTENT);
        InjectAs injectAs = fields.optionalOneOf("as", InjectAs.class).orElse(InjectAs.MODERATOR);
        return new Inject(
                text,
                switch (injectAs) {
                    case MODERATOR -> Optional.empty();
                    case BOT0 -> Optional.of(Speaker.BOT0);
                    case BOT1 -> Optional.of(Speaker.BOT1);
                });
    }

    public static Patch patch(JsonFields fields, int index, OptionalInt revision) {
        Patch patch = new Patch(
                index,
                fields.optionalText("prompt", CONTENT),
                fields.optionalNumber("temperature", 0, 2),
                fields.optionalText("model", TextRule.MODEL),
                fields.optionalText("provider", TextRule.PROVIDER),
                revision);
        boolean hasChange =
                List.of("prompt", "temperature", "model", "provider").stream().anyMatch(fields::has);
        fields.check("", hasChange, "empty", "must set at least one of prompt, temperature, model, provider");
        return patch;
    }

    private static RunSpec.Bot bot(JsonFields bot) {
        Optional<String> name = bot.optionalText("name", NAME);
        ModelSelection selection = new ModelSelection(
                bot.optionalText("provider", TextRule.PROVIDER), bot.optionalText("model", TextRule.MODEL), true);
        return new RunSpec.Bot(
                name.or(selection::model).or(selection::provider).orElse("bot"),
                selection,
                bot.text("prompt", CONTENT),
                bot.optionalNumber("temperature", 0, 2),
                bot.optionalInteger("max_tokens", 1, MAX_TOKENS));
    }

    private static RunSpec.StopRules stopRules(JsonFields stop) {
        Optional<String> text = stop.optionalText("text", CONTENT);
        Optional<String> regex = stop.optionalText("regex", TextRule.notBlank(1, 1_000));
        regex.ifPresent(pattern -> stop.check(
                "regex", TextRule.REGEX.isMet().test(pattern), TextRule.REGEX.name(), TextRule.REGEX.message()));
        OptionalLong micros = stop.optionalUsd("max_usd", 1_000_000);
        OptionalInt seconds = stop.optionalInteger("max_seconds", 1, MAX_SECONDS);
        return new RunSpec.StopRules(
                text, regex, micros, seconds.isPresent() ? OptionalLong.of(seconds.getAsInt()) : OptionalLong.empty());
    }
}
