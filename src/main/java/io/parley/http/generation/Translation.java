package io.parley.http.generation;

import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.json.JsonFields;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request in the format of another API, read for providers of any format. Exists also if the request cannot be translated, because a
 * provider of the same format may still be able to answer it.
 * @param parsed all that could be read; a field with a violation is absent
 * @param violations why the request cannot be translated; empty if it can
 * @param includeUsage whether a stream ends with the usage
 */
public record Translation(GenerationRequest parsed, List<Violation> violations, boolean stream, boolean includeUsage) {

    /** The fields that the server itself needs, whichever provider answers. */
    private static final Set<String> OWN_FIELDS = Set.of("/model", "/stream", "/fallback", "/priority");

    public Translation {
        violations = List.copyOf(violations);
    }

    /** What was read from {@code fields}, after the last of them was read. */
    public static Translation of(JsonFields fields, GenerationRequest request, boolean stream, boolean includeUsage) {
        return new Translation(request.withDroppedHints(fields.dropped()), fields.violations(), stream, includeUsage);
    }

    /** The request, if it can be translated. */
    public Optional<GenerationRequest> request() {
        return violations.isEmpty() ? Optional.of(parsed) : Optional.empty();
    }

    /** The request; throws all violations at once if it cannot be translated. */
    public GenerationRequest orElseThrow() {
        return request().orElseThrow(() -> new Problem.Invalid(violations).toException());
    }

    /** The provider and model that the client selected; meaningless if {@link #unroutable} has an entry for the model. */
    public ModelSelection selection() {
        return parsed.selection();
    }

    /** The violations of the fields that the server itself needs: with any of them, no provider can answer. */
    public List<Violation> unroutable() {
        return violations.stream()
                .filter(violation -> OWN_FIELDS.contains(violation.pointer()))
                .toList();
    }
}
