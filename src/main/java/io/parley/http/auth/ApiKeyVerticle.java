package io.parley.http.auth;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.ApiKeyMessage;
import io.parley.contract.ApiKeyMessage.ApiKeyRecord;
import io.parley.contract.ApiKeyMessage.Create;
import io.parley.contract.ApiKeyMessage.Created;
import io.parley.contract.ApiKeyMessage.Revoke;
import io.parley.contract.ApiKeyMessage.Revoked;
import io.parley.contract.AuthMessage.ApiKeyCredential;
import io.parley.contract.AuthMessage.ApiKeyGrant;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.AuthMessage.Verify;
import io.parley.contract.BudgetMessage;
import io.parley.contract.Problem;
import io.parley.contract.Sha256;
import io.parley.contract.StreamMessage.Ack;
import io.parley.http.auth.apikey.ApiKeyCache;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Creates, verifies and revokes API keys. Stores only the digest of a key. */
public final class ApiKeyVerticle extends VerticleBase {

    private static final String UNKNOWN_ADDRESS = "unknown";
    private static final int SECRET_BYTES = 32;
    private static final double WARN_RATIO = 0.8;
    private static final Pattern KEY = Pattern.compile(Pattern.quote(ApiKeyMessage.PREFIX) + "[A-Za-z0-9_-]{43}");

    private final Bus bus;
    private final Ids ids;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ApiKeyCache keyCache;

    /**
     * @param nanos a monotonic clock in nanoseconds
     * @param random a cryptographically secure generator
     */
    public ApiKeyVerticle(Bus bus, Ids ids, InstantSource clock, LongSupplier nanos, RandomGenerator random) {
        this.bus = bus;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
        this.keyCache = new ApiKeyCache(bus, nanos);
    }

    @Override
    public Future<?> start() {
        return bus.subscribe(Addresses.API_KEY_REVOKED, revoked -> keyCache.markRevoked(revoked.id()))
                .compose(_ -> bus.handle(Addresses.API_KEY_VERIFY, this::verify))
                .compose(_ -> bus.handle(Addresses.API_KEY_CREATE, this::create))
                .compose(_ -> bus.handle(Addresses.API_KEY_REVOKE, this::revoke));
    }

    /** Every invalid key fails in the same way, so that the caller learns nothing about it. */
    private Future<Caller> verify(Verify request) {
        return request.credential() instanceof ApiKeyCredential credential
                        && KEY.matcher(credential.key()).matches()
                ? keyCache.find(
                                Sha256.hex(credential.key()),
                                request.clientAddress().orElse(UNKNOWN_ADDRESS))
                        .compose(found -> found.filter(this::isValid)
                                .map(key -> Future.succeededFuture(caller(key)))
                                .orElseGet(ApiKeyVerticle::unauthorized))
                : unauthorized();
    }

    private boolean isValid(ApiKeyRecord key) {
        return key.policy()
                .expiresAt()
                .filter(expiry -> !clock.instant().isBefore(expiry))
                .isEmpty();
    }

    private static Caller caller(ApiKeyRecord key) {
        ApiKeyMessage.KeyPolicy policy = key.policy();
        ApiKeyGrant grant =
                new ApiKeyGrant(key.id(), policy.allowedModels(), policy.requestsPerMinute(), policy.tokensPerMinute());
        return new Caller(key.id(), Set.of(), policy.expiresAt(), Optional.of(grant));
    }

    /** Stores the budget first, so that a key never works without the budget that it should have. */
    private Future<Created> create(Create create) {
        if (create.policy()
                .expiresAt()
                .filter(expiry -> !clock.instant().isBefore(expiry))
                .isPresent()) {
            return Future.failedFuture(
                    new Problem.Invalid(List.of(new Problem.Violation("/expires_at", "range", "must be in the future")))
                            .toException());
        }
        String id = ids.next("key_");
        String secret = secret();
        ApiKeyRecord key =
                new ApiKeyRecord(id, Sha256.hex(secret), create.policy(), create.createdBy(), clock.instant());
        return putBudget(id, create)
                .compose(_ -> bus.request(Addresses.STORE_INSERT_KEY, new ApiKeyMessage.Insert(key)))
                .map(_ -> new Created(key, secret));
    }

    private Future<?> putBudget(String id, Create create) {
        if (create.dailyMicros().isEmpty() && create.monthlyMicros().isEmpty()) {
            return Future.succeededFuture();
        }
        BudgetMessage.Budget budget = new BudgetMessage.Budget(
                BudgetMessage.KEY_PREFIX + id,
                create.dailyMicros(),
                create.monthlyMicros(),
                WARN_RATIO,
                BudgetMessage.OnExceed.BLOCK);
        return bus.request(Addresses.BUDGET_PUT, new BudgetMessage.Put(budget));
    }

    private Future<Ack> revoke(Revoke revoke) {
        return bus.request(Addresses.STORE_REVOKE_KEY, revoke).onSuccess(_ -> {
            keyCache.markRevoked(revoke.id());
            bus.publish(Addresses.API_KEY_REVOKED, new Revoked(revoke.id()));
        });
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return ApiKeyMessage.PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Future<Caller> unauthorized() {
        return Future.failedFuture(new Problem.Unauthorized().toException());
    }
}
