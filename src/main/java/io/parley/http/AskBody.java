package io.parley.http;

import io.parley.contract.Choice;
import io.parley.contract.GatewayMessage.Caching;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.Terms;
import io.parley.contract.Prompt;
import io.parley.contract.Said;
import io.parley.json.JsonFields;
import io.parley.json.PromptFields;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What a client says to get an answer that nobody keeps. */
final class AskBody {

    private static final int USUAL_TOKENS = 1000;
    private static final double USUAL_TEMPERATURE = 0.7;

    private AskBody() {}

    /** Read all of it; {@code caching} is what the request's head says. */
    static Question read(JsonFields fields, Caching caching) {
        List<Said> messages = PromptFields.messages(fields);
        Choice choice = PromptFields.choice(fields);
        Prompt prompt = new Prompt(
                messages,
                OptionalDouble.of(PromptFields.temperature(fields).orElse(USUAL_TEMPERATURE)),
                OptionalInt.of(PromptFields.maxTokens(fields).orElse(USUAL_TOKENS)),
                Optional.empty());
        Priority priority = fields.optionalOneOf("priority", Priority.class).orElse(Priority.NORMAL);
        fields.finish();
        return new Question(choice, prompt, Terms.of(priority, caching));
    }
}
