package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

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
        Optional<ReasoningEffort> reasoningEffort) {

    public static final GenerationOptions NONE = of(OptionalDouble.empty(), OptionalInt.empty());

    public GenerationOptions {
        stopSequences = List.copyOf(requireNonNullElse(stopSequences, List.of()));
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
