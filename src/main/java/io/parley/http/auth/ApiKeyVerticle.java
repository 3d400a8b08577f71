package io.parley.http.auth;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.ApiKeyCredential;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.AuthMessage.ApiKeyGrant;
import io.parley.contract.AuthMessage.Verify;
import io.parley.contract.BudgetMessage;
import io.parley.contract.KeyMessage;
import io.parley.contract.KeyMessage.Create;
import io.parley.contract.KeyMessage.Created;
import io.parley.contract.KeyMessage.ApiKeyRecord;
import io.parley.contract.KeyMessage.Revoke;
import io.parley.contract.KeyMessage.Revoked;
import io.parley.contract.Problem;
import io.parley.contract.Sha256;
import io.parley.contract.StreamMessage.Ack;
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

/** Makes keys for programs, says whose a key is, and takes keys back. Keeps their digests and never a key. */
public final class ApiKeyVerticle extends VerticleBase {

    private static final String SOMEWHERE = "unknown";
    private static final int BYTES = 32;
    private static final double WARN_AT = 0.8;
    private static final Pattern KEY = Pattern.compile(Pattern.quote(KeyMessage.PREFIX) + "[A-Za-z0-9_-]{43}");

    private final Bus bus;
    private final Ids ids;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ApiKeyCache keys;

    /**
     * @param nanos what pauses are measured with
     * @param random nobody can foretell
     */
    public ApiKeyVerticle(Bus bus, Ids ids, InstantSource clock, LongSupplier nanos, RandomGenerator random) {
        this.bus = bus;
        this.ids = ids;
        this.clock = clock;
        this.random = random;
        this.keys = new ApiKeyCache(bus, nanos);
    }

    @Override
    public Future<?> start() {
        return bus.listen(Addresses.KEY_REVOKED, revoked -> keys.forget(revoked.id()))
                .compose(_ -> bus.answer(Addresses.KEY_VERIFY, this::verify))
                .compose(_ -> bus.answer(Addresses.KEY_CREATE, this::create))
                .compose(_ -> bus.answer(Addresses.KEY_REVOKE, this::revoke));
    }

    /** Whatever is wrong with a key, its bearer hears the same. */
    private Future<Caller> verify(Verify question) {
        return question.credential() instanceof ApiKeyCredential shown
                        && KEY.matcher(shown.key()).matches()
                ? keys.find(Sha256.hex(shown.key()), question.address().orElse(SOMEWHERE))
                        .compose(found -> found.filter(this::alive)
                                .map(key -> Future.succeededFuture(caller(key)))
                                .orElseGet(ApiKeyVerticle::refused))
                : refused();
    }

    private boolean alive(ApiKeyRecord key) {
        return key.terms()
                .expiresAt()
                .filter(end -> !clock.instant().isBefore(end))
                .isEmpty();
    }

    private static Caller caller(ApiKeyRecord key) {
        KeyMessage.KeyPolicy terms = key.terms();
        ApiKeyGrant grant = new ApiKeyGrant(key.id(), terms.allowedModels(), terms.requestsPerMinute(), terms.tokensPerMinute());
        return new Caller(key.id(), Set.of(), terms.expiresAt(), Optional.of(grant));
    }

    /** The budget comes first: a key that was to have one never works without it. */
    private Future<Created> create(Create create) {
        if (create.terms()
                .expiresAt()
                .filter(end -> !clock.instant().isBefore(end))
                .isPresent()) {
            return Future.failedFuture(
                    new Problem.Invalid(List.of(new Problem.Violation("/expires_at", "range", "must be in the future")))
                            .toException());
        }
        String id = ids.next("key_");
        String secret = secret();
        ApiKeyRecord key = new ApiKeyRecord(id, Sha256.hex(secret), create.terms(), create.by(), clock.instant());
        return budget(id, create)
                .compose(_ -> bus.ask(Addresses.STORE_INSERT_KEY, new KeyMessage.Insert(key)))
                .map(_ -> new Created(key, secret));
    }

    private Future<?> budget(String id, Create create) {
        if (create.dailyMicros().isEmpty() && create.monthlyMicros().isEmpty()) {
            return Future.succeededFuture();
        }
        BudgetMessage.Budget budget = new BudgetMessage.Budget(
                BudgetMessage.KEY + id,
                create.dailyMicros(),
                create.monthlyMicros(),
                WARN_AT,
                BudgetMessage.OnExceed.BLOCK);
        return bus.ask(Addresses.BUDGET_PUT, new BudgetMessage.Put(budget));
    }

    private Future<Ack> revoke(Revoke revoke) {
        return bus.ask(Addresses.STORE_REVOKE_KEY, revoke).onSuccess(_ -> {
            keys.forget(revoke.id());
            bus.tell(Addresses.KEY_REVOKED, new Revoked(revoke.id()));
        });
    }

    private String secret() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return KeyMessage.PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Future<Caller> refused() {
        return Future.failedFuture(new Problem.Unauthorized().toException());
    }
}
