package io.parley.http;

import io.parley.contract.Choice;
import io.parley.contract.GatewayMessage.Caching;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.Terms;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.AnswerSchema;
import io.parley.contract.Said;
import io.parley.contract.Wishes;
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
    private static final Text STOP = Text.matching("(?s).{1,256}", "must have 1 to 256 characters");
    private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");

    /** Read a request for an answer. */
    static MessagesBody read(Fields fields, MessagesVersion version, Caching caching) {
        fields.check("max_tokens", fields.has("max_tokens"), "required", "must be given");
        Question question = question(fields, version, caching);
        boolean stream = fields.maybeFlag("stream").orElse(false);
        fields.end();
        return new MessagesBody(question, stream);
    }

    /** Read a request that wants only to be counted. */
    static Question counted(Fields fields, MessagesVersion version) {
        Question question = question(fields, version, Caching.NEVER);
        fields.end();
        return question;
    }

    private static Question question(Fields fields, MessagesVersion version, Caching caching) {
        Choice choice = new Choice(Optional.empty(), Optional.of(fields.text("model", Text.MODEL)), true);
        if (!version.samples()) {
            SAMPLING.forEach(name -> fields.check(
                    name, !fields.has(name), "version", "is not accepted with anthropic-version " + version.wire()));
        }
        Prompt prompt = new Prompt(
                messages(fields),
                fields.maybeNumber("temperature", 0, 1),
                fields.maybeInt("max_tokens", 1, MOST_TOKENS),
                fields.maybeObject("output_config", MessagesBody::schema).flatMap(found -> found),
                MessagesTools.read(fields),
                wishes(fields));
        return new Question(choice, prompt, Terms.of(Priority.NORMAL, caching));
    }

    private static List<Said> messages(Fields fields) {
        List<Said> all = new ArrayList<>();
        system(fields).map(Said::system).ifPresent(all::add);
        List<List<Said>> messages = fields.list("messages", 1, MOST_MESSAGES, MessagesTurn::read);
        messages.forEach(all::addAll);
        if (fields.sound("messages")
                && !messages.isEmpty()
                && !messages.getLast().isEmpty()) {
            boolean answerable = messages.getLast().getLast().role() != Said.Role.ASSISTANT;
            fields.check("messages", answerable, "last_from_user", "the conversation must end with a user message");
        }
        return all;
    }

    private static Optional<String> system(Fields fields) {
        Optional<String> system = fields.isList("system")
                ? Optional.of(String.join("\n\n", fields.list("system", 0, MOST_MESSAGES, MessagesTurn::textOf)))
                : fields.maybeText("system", MessagesTurn.ANY);
        return system.filter(text -> !text.isBlank());
    }

    private static Wishes wishes(Fields fields) {
        return new Wishes(
                fields.maybeNumber("top_p", 0, 1),
                fields.maybeInt("top_k", 0, Integer.MAX_VALUE),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                fields.maybeTexts("stop_sequences", MOST_STOPS, STOP),
                false,
                fields.maybeObject("output_config", config -> config.maybeWord("effort", Wishes.Effort.class))
                        .flatMap(effort -> effort));
    }

    private static Optional<AnswerSchema> schema(Fields config) {
        return config.maybeObject(
                        "format", format -> format.maybeJson("schema").map(json -> new AnswerSchema("answer", json)))
                .flatMap(schema -> schema);
    }
}
