package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What may be wished of an answer beyond the usual. All that concerns sampling is dropped for vendors that take no sampling; any
 * other wish that a vendor does not know keeps the question away from it.
 *
 * @param stops texts that end the answer where they would begin
 * @param json whether the answer must be a JSON object, of whatever schema
 * @param effort how hard the model should think
 */
public record Wishes(
        OptionalDouble topP,
        OptionalInt topK,
        OptionalDouble frequencyPenalty,
        OptionalDouble presencePenalty,
        OptionalLong seed,
        List<String> stops,
        boolean json,
        Optional<Effort> effort) {

    public static final Wishes NONE = new Wishes(
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            List.of(),
            false,
            Optional.empty());

    public Wishes {
        stops = List.copyOf(requireNonNullElse(stops, List.of()));
    }

    /** How hard to think, from not at all on. */
    public enum Effort {
        NONE,
        MINIMAL,
        LOW,
        MEDIUM,
        HIGH,
        XHIGH,
        MAX
    }
}
