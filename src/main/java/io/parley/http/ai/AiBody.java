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
import io.parley.http.generation.Reasoning;
import io.parley.json.JsonFields;
import io.parley.json.PromptFields;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Parses requests in Parley's own format of stateless generation. */
final class AiBody {

    private static final int DEFAULT_MAX_TOKENS = 1000;
    /** What {@code thinking} may use beside the answer. */
    private static final int THINKING_TOKENS = 8_192;

    private static final double DEFAULT_TEMPERATURE = 0.7;

    private AiBody() {}

    /** Reads all fields; {@code caching} comes from the request headers. */
    static GenerationRequest read(JsonFields fields, CachePolicy caching) {
        List<ChatMessage> messages = PromptFields.messages(fields);
        ModelSelection selection = PromptFields.choice(fields);
        Reasoning reasoning = reasoning(fields);
        GenerationOptions options =
                options(PromptFields.temperature(fields), PromptFields.maxTokens(fields), reasoning);
        Priority priority = fields.optionalOneOf("priority", Priority.class).orElse(Priority.NORMAL);
        fields.finish();
        return new GenerationRequest(selection, new Prompt(messages, options), CallOptions.of(priority, caching));
    }

    /** {@code thinking} asks for reasoning, {@code reasoning_effort} also says how much. */
    private static Reasoning reasoning(JsonFields fields) {
        boolean thinking = fields.optionalFlag("thinking").orElse(false);
        Reasoning asked = thinking
                ? new Reasoning(Optional.of(ReasoningEffort.MEDIUM), OptionalInt.of(THINKING_TOKENS))
                : Reasoning.UNSET;
        return asked.withEffort(fields.optionalOneOf("reasoning_effort", ReasoningEffort.class));
    }

    /** The defaults are the server's choice, so that a model that refuses them can still answer. */
    private static GenerationOptions options(OptionalDouble temperature, OptionalInt maxTokens, Reasoning reasoning) {
        Set<ServerDefault> serverDefaults = EnumSet.noneOf(ServerDefault.class);
        if (temperature.isEmpty()) {
            serverDefaults.add(ServerDefault.TEMPERATURE);
        }
        if (maxTokens.isEmpty()) {
            serverDefaults.add(ServerDefault.MAX_TOKENS);
        }
        int defaultMaxTokens = DEFAULT_MAX_TOKENS + reasoning.tokens().orElse(0);
        return new GenerationOptions(
                OptionalDouble.of(temperature.orElse(DEFAULT_TEMPERATURE)),
                OptionalInt.of(maxTokens.orElse(defaultMaxTokens)),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of(),
                false,
                reasoning.effort(),
                reasoning.tokens(),
                serverDefaults);
    }
}
