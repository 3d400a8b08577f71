package io.parley.provider.profile;

import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderProfile;
import io.parley.config.ProviderProfile.SchemaSupport;
import io.parley.contract.ChatMessage;
import io.parley.contract.ChatMessage.Role;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ServerDefault;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.ResponseSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** Changes a prompt to what a provider accepts for a model, by its profile and by what the model has refused before. */
public final class PromptAdapter {

    private static final String JSON_ONLY =
            "Answer with one JSON object and nothing else: no Markdown, no explanation.";

    private final ProviderConfig provider;
    private final ProviderProfile profile;
    private final Set<RefusableOption> refused;

    public PromptAdapter(ProviderConfig provider, Set<RefusableOption> refused) {
        this.provider = provider;
        this.profile = provider.profile();
        this.refused = refused;
    }

    public Prompt adapted(String model, Prompt prompt) {
        SchemaSupport support = schemaSupport(prompt);
        boolean json = prompt.responseSchema().isPresent() || prompt.options().jsonObject();
        List<ChatMessage> messages = new ArrayList<>(prompt.messages());
        if (json) {
            instruction(prompt, support)
                    .ifPresent(text -> messages.add(afterSystemMessages(messages), ChatMessage.system(text)));
        }
        GenerationOptions options = options(model, prompt.options(), json && support == SchemaSupport.JSON_OBJECT);
        Optional<ResponseSchema> schema =
                support == SchemaSupport.JSON_SCHEMA ? prompt.responseSchema() : Optional.empty();
        return new Prompt(messages(messages), options, schema, prompt.tools());
    }

    private static int afterSystemMessages(List<ChatMessage> messages) {
        int index = 0;
        while (index < messages.size() && messages.get(index).role() == Role.SYSTEM) {
            index++;
        }
        return index;
    }

    private List<ChatMessage> messages(List<ChatMessage> messages) {
        List<ChatMessage> mapped =
                ToolIdMapper.mapped(messages, profile.messages().toolIds());
        return profile.messages().mergeSameRole() ? MessageNormalizer.normalized(mapped) : mapped;
    }

    /** The best way that the provider supports; a prompt that asks for any JSON object needs no schema. */
    private SchemaSupport schemaSupport(Prompt prompt) {
        SchemaSupport best =
                prompt.responseSchema().isPresent() ? SchemaSupport.JSON_SCHEMA : SchemaSupport.JSON_OBJECT;
        SchemaSupport supported = profile.generation().schema();
        if (supported == SchemaSupport.JSON_SCHEMA
                && refused.contains(RefusableOption.JSON_SCHEMA)
                && isServerDefault(prompt)) {
            supported = SchemaSupport.JSON_OBJECT;
        }
        SchemaSupport chosen = supported.compareTo(best) > 0 ? supported : best;
        boolean withoutObjects = provider.format() == Format.ANTHROPIC
                || (refused.contains(RefusableOption.JSON_OBJECT) && isServerDefault(prompt));
        return chosen == SchemaSupport.JSON_OBJECT && withoutObjects ? SchemaSupport.PROMPT : chosen;
    }

    private static boolean isServerDefault(Prompt prompt) {
        return prompt.options().serverDefaults().contains(ServerDefault.RESPONSE_FORMAT);
    }

    /** What the prompt must say because the request cannot. */
    private static Optional<String> instruction(Prompt prompt, SchemaSupport support) {
        if (support == SchemaSupport.JSON_SCHEMA) {
            return Optional.empty();
        }
        return prompt.responseSchema()
                .map(schema -> JSON_ONLY + " It must match this JSON schema: " + schema.json())
                .or(() -> support == SchemaSupport.PROMPT ? Optional.of(JSON_ONLY) : Optional.empty());
    }

    private GenerationOptions options(String model, GenerationOptions options, boolean jsonObject) {
        boolean sampling = profile.generation().sampling().supported();
        boolean defaults = profile.generation().sampling().acceptsDefaults(model);
        boolean temperature =
                sampling && keeps(options, ServerDefault.TEMPERATURE, RefusableOption.TEMPERATURE, defaults);
        boolean topP = sampling && keeps(options, ServerDefault.TOP_P, RefusableOption.TOP_P, defaults);
        boolean maxTokens = keeps(options, ServerDefault.MAX_TOKENS, RefusableOption.MAX_TOKENS, true)
                && keeps(options, ServerDefault.MAX_TOKENS, RefusableOption.MAX_COMPLETION_TOKENS, true);
        return new GenerationOptions(
                temperature ? options.temperature() : OptionalDouble.empty(),
                maxTokens ? options.maxTokens() : OptionalInt.empty(),
                topP ? options.topP() : OptionalDouble.empty(),
                sampling ? options.topK() : OptionalInt.empty(),
                options.frequencyPenalty(),
                options.presencePenalty(),
                options.seed(),
                options.stopSequences(),
                jsonObject,
                options.reasoningEffort(),
                options.reasoningTokens(),
                options.serverDefaults());
    }

    /** Whether an option is sent: always if the client asked for it, otherwise only if the model accepts it. */
    private boolean keeps(
            GenerationOptions options, ServerDefault serverDefault, RefusableOption option, boolean accepted) {
        return !options.serverDefaults().contains(serverDefault) || (accepted && !refused.contains(option));
    }
}
