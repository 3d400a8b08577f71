package io.parley.http.ai;

import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.GenerationOptions.ServerDefault;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.http.generation.GenerationRequest;
import io.parley.json.JsonFields;
import io.parley.json.PromptFields;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Parses requests in Parley's own format of stateless generation.
 *
 * @param thinking whether the client asked for the reasoning of the model
 */
record AiBody(GenerationRequest generation, boolean thinking) {

    private static final int DEFAULT_MAX_TOKENS = 1000;
    private static final double DEFAULT_TEMPERATURE = 0.7;

    /** Reads all fields; {@code caching} comes from the request headers. */
    static AiBody read(JsonFields fields, CachePolicy caching) {
        List<ChatMessage> messages = PromptFields.messages(fields);
        ModelSelection selection = PromptFields.choice(fields);
        boolean thinking = PromptFields.thinking(fields);
        GenerationOptions options = options(fields).withThinking(thinking);
        Priority priority = fields.optionalOneOf("priority", Priority.class).orElse(Priority.NORMAL);
        fields.finish();
        GenerationRequest generation =
                new GenerationRequest(selection, new Prompt(messages, options), CallOptions.of(priority, caching));
        return new AiBody(generation, thinking);
    }

    /** The defaults are the server's choice, so that a model that refuses them can still answer. */
    private static GenerationOptions options(JsonFields fields) {
        OptionalDouble temperature = PromptFields.temperature(fields);
        OptionalInt maxTokens = PromptFields.maxTokens(fields);
        Optional<ReasoningEffort> effort = fields.optionalOneOf("reasoning_effort", ReasoningEffort.class);
        Set<ServerDefault> serverDefaults = EnumSet.noneOf(ServerDefault.class);
        if (temperature.isEmpty()) {
            serverDefaults.add(ServerDefault.TEMPERATURE);
        }
        if (maxTokens.isEmpty()) {
            serverDefaults.add(ServerDefault.MAX_TOKENS);
        }
        return new GenerationOptions(
                OptionalDouble.of(temperature.orElse(DEFAULT_TEMPERATURE)),
                OptionalInt.of(maxTokens.orElse(DEFAULT_MAX_TOKENS)),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of(),
                false,
                effort,
                OptionalInt.empty(),
                serverDefaults);
    }
}
