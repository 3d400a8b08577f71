package io.parley.http;

import io.parley.contract.Choice;
import io.parley.contract.GatewayMessage.Caching;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.Terms;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.AnswerSchema;
import io.parley.contract.Said;
import io.parley.contract.Wishes;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What a client says in Anthropic's format, as a question of ours; fields that we do not know are let be. */
record MessagesBody(Question question, boolean stream) {

    private static final int MOST_TOKENS = 1_000_000;
    private static final int MOST_MESSAGES = 10_000;
    private static final int MOST_STOPS = 16;
    private static final TextRule STOP = TextRule.matching("(?s).{1,256}", "must have 1 to 256 characters");
    private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");

    /** Read a request for an answer. */
    static MessagesBody read(JsonFields fields, MessagesVersion version, Caching caching) {
        fields.check("max_tokens", fields.has("max_tokens"), "required", "must be given");
        Question question = question(fields, version, caching);
        boolean stream = fields.optionalFlag("stream").orElse(false);
        fields.finish();
        return new MessagesBody(question, stream);
    }

    /** Read a request that wants only to be counted. */
    static Question counted(JsonFields fields, MessagesVersion version) {
        Question question = question(fields, version, Caching.NEVER);
        fields.finish();
        return question;
    }

    private static Question question(JsonFields fields, MessagesVersion version, Caching caching) {
        Choice choice = new Choice(Optional.empty(), Optional.of(fields.text("model", TextRule.MODEL)), true);
        if (!version.samples()) {
            SAMPLING.forEach(name -> fields.check(
                    name, !fields.has(name), "version", "is not accepted with anthropic-version " + version.wire()));
        }
        Prompt prompt = new Prompt(
                messages(fields),
                fields.optionalNumber("temperature", 0, 1),
                fields.optionalInteger("max_tokens", 1, MOST_TOKENS),
                fields.optionalObject("output_config", MessagesBody::schema).flatMap(found -> found),
                MessagesTools.read(fields),
                wishes(fields));
        return new Question(choice, prompt, Terms.of(Priority.NORMAL, caching));
    }

    private static List<Said> messages(JsonFields fields) {
        List<Said> all = new ArrayList<>();
        system(fields).map(Said::system).ifPresent(all::add);
        List<List<Said>> messages = fields.objects("messages", 1, MOST_MESSAGES, MessagesTurn::read);
        messages.forEach(all::addAll);
        if (fields.isValid("messages")
                && !messages.isEmpty()
                && !messages.getLast().isEmpty()) {
            boolean answerable = messages.getLast().getLast().role() != Said.Role.ASSISTANT;
            fields.check("messages", answerable, "last_from_user", "the conversation must end with a user message");
        }
        return all;
    }

    private static Optional<String> system(JsonFields fields) {
        Optional<String> system = fields.isList("system")
                ? Optional.of(String.join("\n\n", fields.objects("system", 0, MOST_MESSAGES, MessagesTurn::textOf)))
                : fields.optionalText("system", TextRule.ANY);
        return system.filter(text -> !text.isBlank());
    }

    private static Wishes wishes(JsonFields fields) {
        return new Wishes(
                fields.optionalNumber("top_p", 0, 1),
                fields.optionalInteger("top_k", 0, Integer.MAX_VALUE),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                fields.optionalTexts("stop_sequences", MOST_STOPS, STOP),
                false,
                fields.optionalObject("output_config", config -> config.optionalOneOf("effort", Wishes.Effort.class))
                        .flatMap(effort -> effort));
    }

    private static Optional<AnswerSchema> schema(JsonFields config) {
        return config.optionalObject(
                        "format", format -> format.optionalJson("schema").map(json -> new AnswerSchema("answer", json)))
                .flatMap(schema -> schema);
    }
}
