package io.parley.http.auth;

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
 * Says whether somebody is the one user who has a password. Whatever the name, the password is compared, so that time does not
 * tell who exists. Lives on one event loop.
 */
final class PasswordAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordAuthenticator.class);
    private static final Duration REMEMBERED = Duration.ofSeconds(60);
    private static final int MOST_REMEMBERED = 16;

    private final Caller caller;
    private final Predicate<byte[]> password;
    private final PasswordHashPool workers;
    private final LoginThrottle tries;
    private final Cache<String, Caller> right;
    private final Map<LoginAttempt, Future<Caller>> underWay = new HashMap<>();

    /** @param password whether it is the right one; slow */
    PasswordAuthenticator(String user, Predicate<byte[]> password, PasswordHashPool workers, LongSupplier nanos) {
        this.caller = new Caller(user, Set.of("admin"), Optional.empty());
        this.password = password;
        this.workers = workers;
        this.tries = new LoginThrottle(nanos);
        this.right = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(REMEMBERED)
                .ticker(nanos::getAsLong)
                .build();
    }

    /** Digests: they outlive the request. */
    private record LoginAttempt(String who, String credential) {

        static LoginAttempt of(BasicCredential shown, String address) {
            return new LoginAttempt(
                    Sha256.hex(address + "\0" + shown.user()), Sha256.hex(shown.user() + "\0" + shown.password()));
        }
    }

    /** The caller, if {@code shown} is right; the same shown many times at once from one address is looked at once. */
    Future<Caller> verify(BasicCredential shown, String address) {
        byte[] bytes = shown.password().getBytes(UTF_8);
        if (bytes.length > BcryptHash.MOST_BYTES) {
            return refused();
        }
        LoginAttempt attempt = LoginAttempt.of(shown, address);
        return Optional.ofNullable(underWay.get(attempt)).orElseGet(() -> attempt(attempt, shown.user(), bytes));
    }

    /** Whoever has failed too often is not even told what is remembered, or it could be guessed from that. */
    private Future<Caller> attempt(LoginAttempt attempt, String user, byte[] bytes) {
        tries.begin(attempt.who());
        Future<Caller> verdict = Optional.ofNullable(right.getIfPresent(attempt.credential()))
                .map(Future::succeededFuture)
                .orElseGet(() -> compare(attempt, user, bytes));
        return verdict.onComplete(said -> {
            if (said.succeeded() || !(Problem.of(said.cause()) instanceof Problem.Unauthorized)) {
                tries.forgive(attempt.who());
            }
        });
    }

    private Future<Caller> compare(LoginAttempt attempt, String user, byte[] bytes) {
        Future<Caller> verdict = workers.ask(() -> password.test(bytes))
                .compose(matches -> matches && known(user) ? Future.succeededFuture(caller) : refused())
                .onSuccess(_ -> right.put(attempt.credential(), caller));
        underWay.put(attempt, verdict);
        return verdict.onComplete(_ -> underWay.remove(attempt));
    }

    private boolean known(String user) {
        return MessageDigest.isEqual(user.getBytes(UTF_8), caller.user().getBytes(UTF_8));
    }

    private static Future<Caller> refused() {
        LOG.atDebug().log("a password is not accepted");
        return Future.failedFuture(new Problem.Unauthorized().toException());
    }
}
