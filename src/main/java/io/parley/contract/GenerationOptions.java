package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Options of one generation. Sampling options are dropped for providers that accept none; a provider that does not
 * support any other requested option is not used.
 * @param temperature sampling temperature
 * @param maxTokens maximum tokens of the answer; the provider's own limit if empty
 * @param topP nucleus sampling threshold
 * @param topK number of candidate tokens
 * @param stopSequences texts at which the answer ends
 * @param jsonObject whether the answer must be a JSON object of any schema
 * @param reasoningEffort how much reasoning the model should do
 * @param reasoningTokens maximum tokens of the reasoning, if the client chose a number instead of an effort
 * @param serverDefaults the options that the server chose, not the client: left out for a model that refuses them
 */
public record GenerationOptions(
        OptionalDouble temperature,
        OptionalInt maxTokens,
        OptionalDouble topP,
        OptionalInt topK,
        OptionalDouble frequencyPenalty,
        OptionalDouble presencePenalty,
        OptionalLong seed,
        List<String> stopSequences,
        boolean jsonObject,
        Optional<ReasoningEffort> reasoningEffort,
        OptionalInt reasoningTokens,
        Set<ServerDefault> serverDefaults) {

    public static final GenerationOptions NONE = of(OptionalDouble.empty(), OptionalInt.empty());

    /** What a model may use for its reasoning, beside the answer, if the client only asks for reasoning. */
    private static final int THINKING_TOKENS = 8_192;

    public GenerationOptions {
        stopSequences = List.copyOf(requireNonNullElse(stopSequences, List.of()));
        reasoningTokens = requireNonNullElse(reasoningTokens, OptionalInt.empty());
        serverDefaults = Set.copyOf(requireNonNullElse(serverDefaults, Set.of()));
    }

    /** Without a limit of the reasoning and without defaults of the server. */
    public GenerationOptions(
            OptionalDouble temperature,
            OptionalInt maxTokens,
            OptionalDouble topP,
            OptionalInt topK,
            OptionalDouble frequencyPenalty,
            OptionalDouble presencePenalty,
            OptionalLong seed,
            List<String> stopSequences,
            boolean jsonObject,
            Optional<ReasoningEffort> reasoningEffort) {
        this(
                temperature,
                maxTokens,
                topP,
                topK,
                frequencyPenalty,
                presencePenalty,
                seed,
                stopSequences,
                jsonObject,
                reasoningEffort,
                OptionalInt.empty(),
                Set.of());
    }

    /** The same options, of which these are defaults of the server. */
    public GenerationOptions withServerDefaults(Set<ServerDefault> newDefaults) {
        return new GenerationOptions(
                temperature,
                maxTokens,
                topP,
                topK,
                frequencyPenalty,
                presencePenalty,
                seed,
                stopSequences,
                jsonObject,
                reasoningEffort,
                reasoningTokens,
                newDefaults);
    }

    /**
     * The same options if {@code thinking} is false; otherwise options that ask the model to reason, with a medium effort
     * unless they have one. A limit of tokens that the server chose grows by those of the reasoning.
     */
    public GenerationOptions withThinking(boolean thinking) {
        return thinking
                ? new GenerationOptions(
                        temperature,
                        serverDefaults.contains(ServerDefault.MAX_TOKENS) && maxTokens.isPresent()
                                ? OptionalInt.of(maxTokens.getAsInt() + THINKING_TOKENS)
                                : maxTokens,
                        topP,
                        topK,
                        frequencyPenalty,
                        presencePenalty,
                        seed,
                        stopSequences,
                        jsonObject,
                        Optional.of(reasoningEffort.orElse(ReasoningEffort.MEDIUM)),
                        OptionalInt.of(THINKING_TOKENS),
                        serverDefaults)
                : this;
    }

    /** The limit of the answer with its reasoning; without one, {@code defaultMaxTokens} and the limit of the reasoning. */
    public int maxTokensOr(int defaultMaxTokens) {
        return maxTokens.orElseGet(() -> defaultMaxTokens + reasoningTokens.orElse(0));
    }

    /** The same options with another seed, if there is one. */
    public GenerationOptions withSeedOffset(long offset) {
        return new GenerationOptions(
                temperature,
                maxTokens,
                topP,
                topK,
                frequencyPenalty,
                presencePenalty,
                seed.isPresent() ? OptionalLong.of(seed.getAsLong() + offset) : seed,
                stopSequences,
                jsonObject,
                reasoningEffort,
                reasoningTokens,
                serverDefaults);
    }

    /** An option that a model may refuse, and that an answer can do without unless the client asked for it. */
    public enum ServerDefault {
        TEMPERATURE,
        TOP_P,
        MAX_TOKENS,
        /** A response schema: replaced by a JSON object of any schema, and then by words in the prompt. */
        RESPONSE_FORMAT
    }

    /** Only a temperature and a token limit. */
    public static GenerationOptions of(OptionalDouble temperature, OptionalInt maxTokens) {
        return new GenerationOptions(
                temperature,
                maxTokens,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of(),
                false,
                Optional.empty());
    }

    /** How much reasoning to do, in ascending order. */
    public enum ReasoningEffort {
        NONE,
        MINIMAL,
        LOW,
        MEDIUM,
        HIGH,
        XHIGH,
        MAX
    }
}
