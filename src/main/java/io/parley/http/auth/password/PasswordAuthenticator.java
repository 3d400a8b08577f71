package io.parley.http.auth.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.contract.AuthMessage.BasicCredential;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.contract.Sha256;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the name and password of the one configured user. Compares the password even if the name is wrong, so that the response
 * time does not reveal the name. Lives on one event loop.
 */
public final class PasswordAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordAuthenticator.class);
    private static final Duration TTL = Duration.ofSeconds(60);
    private static final int MAX_CACHED = 16;

    private final Caller caller;
    private final Predicate<byte[]> password;
    private final PasswordHashPool hashPool;
    private final LoginThrottle throttle;
    private final Cache<String, Caller> accepted;
    private final Map<LoginAttempt, Future<Caller>> pending = new HashMap<>();

    /** @param password checks whether a password is correct; slow */
    public PasswordAuthenticator(
            String user, Predicate<byte[]> password, PasswordHashPool hashPool, LongSupplier nanos) {
        this.caller = new Caller(user, Set.of("admin"), Optional.empty());
        this.password = password;
        this.hashPool = hashPool;
        this.throttle = new LoginThrottle(nanos);
        this.accepted = Caffeine.newBuilder()
                .maximumSize(MAX_CACHED)
                .expireAfterWrite(TTL)
                .ticker(nanos::getAsLong)
                .build();
    }

    /** Holds digests only, because it outlives the request. */
    private record LoginAttempt(String client, String credential) {

        static LoginAttempt of(BasicCredential basic, String address) {
            return new LoginAttempt(
                    Sha256.hex(address + "\0" + basic.user()), Sha256.hex(basic.user() + "\0" + basic.password()));
        }
    }

    /** The caller, if {@code basic} is valid. Identical concurrent attempts from one address are verified once. */
    public Future<Caller> verify(BasicCredential basic, String address) {
        byte[] bytes = basic.password().getBytes(UTF_8);
        if (bytes.length > BcryptHash.MAX_BYTES) {
            return unauthorized();
        }
        LoginAttempt attempt = LoginAttempt.of(basic, address);
        return Optional.ofNullable(pending.get(attempt)).orElseGet(() -> authenticate(attempt, basic.user(), bytes));
    }

    /** Checks the throttle before the cache; otherwise a throttled client could guess a cached password. */
    private Future<Caller> authenticate(LoginAttempt attempt, String user, byte[] bytes) {
        throttle.addFailure(attempt.client());
        Future<Caller> result = Optional.ofNullable(accepted.getIfPresent(attempt.credential()))
                .map(Future::succeededFuture)
                .orElseGet(() -> compare(attempt, user, bytes));
        return result.onComplete(outcome -> {
            if (outcome.succeeded() || !(Problem.of(outcome.cause()) instanceof Problem.Unauthorized)) {
                throttle.removeFailure(attempt.client());
            }
        });
    }

    private Future<Caller> compare(LoginAttempt attempt, String user, byte[] bytes) {
        Future<Caller> result = hashPool.submit(() -> password.test(bytes))
                .compose(matches -> matches && matchesUser(user) ? Future.succeededFuture(caller) : unauthorized())
                .onSuccess(_ -> accepted.put(attempt.credential(), caller));
        pending.put(attempt, result);
        return result.onComplete(_ -> pending.remove(attempt));
    }

    private boolean matchesUser(String user) {
        return MessageDigest.isEqual(user.getBytes(UTF_8), caller.user().getBytes(UTF_8));
    }

    private static Future<Caller> unauthorized() {
        LOG.atDebug().log("password rejected");
        return Future.failedFuture(new Problem.Unauthorized().toException());
    }
}
