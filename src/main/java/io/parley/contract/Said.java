package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One message of a prompt.
 *
 * @param calls the tools that the assistant called with it
 * @param result which call it is the result of; only the user's, who runs the tools
 */
public record Said(
        Role role, String content, Optional<Instant> at, List<Tools.Call> calls, Optional<Tools.Result> result) {

    /** Who speaks, from a model's point of view. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }

    public Said {
        calls = List.copyOf(requireNonNullElse(calls, List.of())); // what was stored earlier has none
        result = requireNonNullElse(result, Optional.empty());
    }

    public Said(Role role, String content, Optional<Instant> at) {
        this(role, content, at, List.of(), Optional.empty());
    }

    public static Said system(String content) {
        return new Said(Role.SYSTEM, content, Optional.empty());
    }

    public static Said user(String content) {
        return new Said(Role.USER, content, Optional.empty());
    }

    public static Said assistant(String content) {
        return new Said(Role.ASSISTANT, content, Optional.empty());
    }

    /** An assistant that calls tools; it may say nothing besides. */
    public static Said calling(String content, List<Tools.Call> calls) {
        return new Said(Role.ASSISTANT, content, Optional.empty(), calls, Optional.empty());
    }

    /** What came of a call. */
    public static Said result(Tools.Result result, String content) {
        return new Said(Role.USER, content, Optional.empty(), List.of(), Optional.of(result));
    }
}
