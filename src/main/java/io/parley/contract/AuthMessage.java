package io.parley.contract;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Who somebody is. */
public sealed interface AuthMessage extends Message {

    /** Whose credential is this? Answered with {@link Problem.Unauthorized} in the same words for every reason. */
    record Verify(Credential credential) implements AuthMessage {}

    /** What a caller shows; never prints itself. */
    sealed interface Credential {}

    /** A JSON Web Token. */
    record Bearer(String token) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Somebody we know.
     *
     * @param user stable id, the token's {@code sub}
     * @param roles from {@code scope} and {@code roles}
     * @param expiresAt when the credential ends
     */
    record Caller(String user, Set<String> roles, Optional<Instant> expiresAt) implements AuthMessage {
        public Caller {
            roles = Set.copyOf(roles);
        }
    }

    /** Can anybody be verified? {@link Problem.Unavailable} while there are no keys. */
    record Ready() implements AuthMessage {}
}
