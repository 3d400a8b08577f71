package io.parley.contract;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Who somebody is. */
public sealed interface AuthMessage extends Message {

    /**
     * Whose credential is this? Answered with {@link Problem.Unauthorized} in the same words for every reason, and with {@link
     * Problem.RateLimited} where somebody guesses passwords or keys.
     *
     * @param address where it was shown, when that is known
     */
    record Verify(Credential credential, Optional<String> address) implements AuthMessage {
        public Verify(Credential credential) {
            this(credential, Optional.empty());
        }
    }

    /** What a caller shows; never prints itself. */
    sealed interface Credential {}

    /** A JSON Web Token. */
    record Bearer(String token) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** A name and a password. */
    record Basic(String user, String password) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** A key that an administrator has made. */
    record ApiKey(String key) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Somebody we know.
     *
     * @param user stable id: the token's {@code sub}, the name that goes with the password, or the id of the key
     * @param roles from {@code scope} and {@code roles}
     * @param expiresAt when the credential ends
     * @param apiKey what was shown, if it was a key
     */
    record Caller(String user, Set<String> roles, Optional<Instant> expiresAt, Optional<Grant> apiKey)
            implements AuthMessage {
        public Caller {
            roles = Set.copyOf(roles);
        }

        public Caller(String user, Set<String> roles, Optional<Instant> expiresAt) {
            this(user, roles, expiresAt, Optional.empty());
        }

        /** Whether this caller may be answered by this model. */
        public boolean mayUse(String provider, String model) {
            return apiKey.map(grant -> grant.allows(provider, model)).orElse(true);
        }
    }

    /**
     * A key, and what may be asked with it.
     *
     * @param models names, with their provider or without ({@code gpt-5}, {@code openai/gpt-5}), or all of a provider's
     *     ({@code openai/*}); empty means all
     * @param requestsPerMinute how fast it may ask, if that is limited
     * @param tokensPerMinute how many tokens its questions and their answers may have in a minute, if that is limited
     */
    record Grant(String keyId, Set<String> models, OptionalInt requestsPerMinute, OptionalInt tokensPerMinute) {
        public Grant {
            models = Set.copyOf(models);
        }

        /** As fast as it likes. */
        public Grant(String keyId, Set<String> models) {
            this(keyId, models, OptionalInt.empty(), OptionalInt.empty());
        }

        public boolean allows(String provider, String model) {
            return models.isEmpty()
                    || models.contains(model)
                    || models.contains(provider + "/" + model)
                    || models.contains(provider + "/*");
        }
    }

    /** Can anybody be verified? {@link Problem.Unavailable} while there are no keys. */
    record Ready() implements AuthMessage {}
}
