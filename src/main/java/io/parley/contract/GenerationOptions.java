package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Generation options beyond temperature and token limit. Sampling options are dropped for providers that accept none;
 * a provider that does not support any other requested option is not used.
 * @param topP nucleus sampling threshold
 * @param topK number of candidate tokens
 * @param stopSequences texts at which the answer ends
 * @param jsonObject whether the answer must be a JSON object of any schema
 * @param reasoningEffort how much reasoning the model should do
 */
public record GenerationOptions(
        OptionalDouble topP,
        OptionalInt topK,
        OptionalDouble frequencyPenalty,
        OptionalDouble presencePenalty,
        OptionalLong seed,
        List<String> stopSequences,
        boolean jsonObject,
        Optional<ReasoningEffort> reasoningEffort) {

    public static final GenerationOptions NONE = new GenerationOptions(
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            List.of(),
            false,
            Optional.empty());

    public GenerationOptions {
        stopSequences = List.copyOf(requireNonNullElse(stopSequences, List.of()));
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
