package io.parley.contract;

import java.time.Instant;
import java.util.Optional;

/** One message of a prompt. */
public record Said(Role role, String content, Optional<Instant> at) {

    /** Who speaks, from a model's point of view. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
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
}
