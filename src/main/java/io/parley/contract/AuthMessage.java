package io.parley.contract;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Requests and replies of authentication. */
public sealed interface AuthMessage extends Message {

    /**
     * Verifies a credential. Fails with {@link Problem.Unauthorized} whatever the reason, and with
     * {@link Problem.RateLimited} when one client address tries too many passwords or keys.
     * @param clientAddress the client address the credential came from, if known
     */
    record Verify(Credential credential, Optional<String> clientAddress) implements AuthMessage {
        public Verify(Credential credential) {
            this(credential, Optional.empty());
        }
    }

    /** A credential as the client sent it. Implementations hide their content in {@code toString}. */
    sealed interface Credential {}

    /** A JSON Web Token. */
    record BearerCredential(String token) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** A user name and a password (HTTP Basic). */
    record BasicCredential(String user, String password) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** An API key issued by an administrator. */
    record ApiKeyCredential(String key) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * An authenticated caller.
     * @param user stable id: the {@code sub} claim of a token, the user name of a password login, or the id of an API
     *     key
     * @param roles from the claims {@code scope} and {@code roles}
     * @param expiresAt when the credential expires; empty if it does not
     * @param apiKey permissions of the API key, if the caller used one
     */
    record Caller(String user, Set<String> roles, Optional<Instant> expiresAt, Optional<ApiKeyGrant> apiKey)
            implements AuthMessage {
        public Caller {
            roles = Set.copyOf(roles);
        }

        public Caller(String user, Set<String> roles, Optional<Instant> expiresAt) {
            this(user, roles, expiresAt, Optional.empty());
        }

        /** Whether this caller may use this model. */
        public boolean mayUse(String provider, String model) {
            return apiKey.map(grant -> grant.allows(provider, model)).orElse(true);
        }
    }

    /**
     * The permissions of an API key.
     * @param models model names with or without provider ({@code gpt-5}, {@code openai/gpt-5}), or all models of a
     *     provider ({@code openai/*}); empty allows all models
     * @param requestsPerMinute maximum requests per minute; empty means unlimited
     * @param tokensPerMinute maximum input and output tokens per minute; empty means unlimited
     */
    record ApiKeyGrant(String keyId, Set<String> models, OptionalInt requestsPerMinute, OptionalInt tokensPerMinute) {
        public ApiKeyGrant {
            models = Set.copyOf(models);
        }

        /** Without rate limits. */
        public ApiKeyGrant(String keyId, Set<String> models) {
            this(keyId, models, OptionalInt.empty(), OptionalInt.empty());
        }

        public boolean allows(String provider, String model) {
            return models.isEmpty()
                    || models.contains(model)
                    || models.contains(provider + "/" + model)
                    || models.contains(provider + "/*");
        }
    }

    /** Checks whether credentials can be verified. */
    record CheckReadiness() implements AuthMessage {}
}
