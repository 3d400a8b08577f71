package io.parley.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.ApiKeyMessage;
import io.parley.contract.ApiKeyMessage.ApiKeyRecord;
import io.parley.contract.ApiKeyMessage.Create;
import io.parley.contract.ApiKeyMessage.Created;
import io.parley.contract.ApiKeyMessage.KeyPolicy;
import io.parley.contract.ApiKeyMessage.Revoke;
import io.parley.contract.AuthMessage.ApiKeyCredential;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.AuthMessage.Verify;
import io.parley.contract.BudgetMessage;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.Sha256;
import io.parley.contract.StreamMessage.Ack;
import io.parley.http.auth.apikey.UnknownKeyThrottle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Creation, verification and revocation of API keys; the store is a map. */
@ExtendWith(VertxExtension.class)
class ApiKeyVerticleTest {

    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    private Vertx vertx;
    private Bus bus;
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final AtomicLong nanos = new AtomicLong();
    private final Map<String, ApiKeyRecord> storedKeys = new ConcurrentHashMap<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private final List<String> steps = Collections.synchronizedList(new ArrayList<>());
    private final AtomicReference<Future<Void>> store = new AtomicReference<>(Future.succeededFuture());

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        this.vertx = vertx;
        bus = Bus.install(vertx);
        bus.handle(Addresses.STORE_INSERT_KEY, insert -> {
                    steps.add("key");
                    storedKeys.put(insert.key().digest(), insert.key());
                    return Future.succeededFuture(new Ack());
                })
                .await(5, TimeUnit.SECONDS);
        bus.handle(Addresses.STORE_FIND_KEY, find -> {
                    lookups.incrementAndGet();
                    Optional<ApiKeyRecord> found = Optional.ofNullable(storedKeys.get(find.digest()));
                    return store.get()
                            .compose(_ -> found.map(Future::succeededFuture)
                                    .orElseGet(() -> Future.failedFuture(new Problem.NotFound().toException())));
                })
                .await(5, TimeUnit.SECONDS);
        bus.handle(
                        Addresses.STORE_REVOKE_KEY,
                        revoke -> storedKeys.values().removeIf(key -> key.id().equals(revoke.id()))
                                ? Future.succeededFuture(new Ack())
                                : Future.failedFuture(new Problem.NotFound().toException()))
                .await(5, TimeUnit.SECONDS);
        bus.handle(Addresses.BUDGET_PUT, put -> {
                    steps.add("budget");
                    return Future.succeededFuture(new BudgetMessage.BudgetStatus(put.budget(), 0, 0, 0));
                })
                .await(5, TimeUnit.SECONDS);
        Ids ids = new Ids(now::get, new SecureRandom());
        vertx.deployVerticle(new ApiKeyVerticle(bus, ids, now::get, nanos::get, new SecureRandom()))
                .await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("a key identifies its caller, with the allowed models and the rate limits")
    void known() throws Exception {
        Created created = create(policy(Optional.empty()), OptionalLong.empty());
        Caller caller = verify(created.secret());
        assertThat(caller.user()).isEqualTo(created.key().id());
        assertThat(caller.roles()).isEmpty();
        assertThat(caller.mayUse("openai", "gpt")).isTrue();
        assertThat(caller.mayUse("openai", "other")).isFalse();
        assertThat(caller.apiKey().orElseThrow().requestsPerMinute()).hasValue(7);
    }

    @Test
    @DisplayName("only the digest of a key is stored, and no two keys are equal")
    void digest() throws Exception {
        Created created = create(policy(Optional.empty()), OptionalLong.empty());
        assertThat(created.secret()).matches("sk-parley-[A-Za-z0-9_-]{43}");
        assertThat(storedKeys).containsOnlyKeys(Sha256.hex(created.secret()));
        assertThat(storedKeys.toString() + created).doesNotContain(created.secret());
        assertThat(create(policy(Optional.empty()), OptionalLong.empty()).secret())
                .isNotEqualTo(created.secret());
    }

    @Test
    @DisplayName("parallel requests with one key cause one lookup in the store, and known and unknown keys are cached")
    void singleLookup() throws Exception {
        String secret = create(policy(Optional.empty()), OptionalLong.empty()).secret();
        Promise<Void> slow = Promise.promise();
        store.set(slow.future());
        Future<Caller> first = request(secret);
        Future<Caller> second = request(secret);
        slow.complete();
        first.await(5, TimeUnit.SECONDS);
        second.await(5, TimeUnit.SECONDS);
        assertThat(lookups).hasValue(1);
        String unknownKey = ApiKeyMessage.PREFIX + "x".repeat(43);
        assertUnauthorized(unknownKey);
        assertUnauthorized(unknownKey);
        assertThat(lookups).hasValue(2);
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        verify(secret);
        assertThat(lookups).hasValue(3);
    }

    @Test
    @DisplayName(
            "after a hundred unknown keys in a minute from one address no other is looked up; known keys are still accepted")
    void unknownKeys() throws Exception {
        String secret = create(policy(Optional.empty()), OptionalLong.empty()).secret();
        verify(secret);
        for (int i = 0; i < UnknownKeyThrottle.MAX_PER_MINUTE; i++) {
            assertUnauthorized(unknownSecret(i));
        }
        int requested = lookups.get();
        assertThatThrownBy(() -> verify(unknownSecret(1000)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        rejection -> assertThat(rejection.problem()).isInstanceOf(Problem.RateLimited.class));
        assertThat(lookups).hasValue(requested);
        verify(secret);
        Verify otherAddress = new Verify(new ApiKeyCredential(unknownSecret(1001)), Optional.of("192.0.2.7"));
        assertThatThrownBy(() ->
                        bus.request(Addresses.API_KEY_VERIFY, otherAddress).await(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        rejection -> assertThat(rejection.problem()).isEqualTo(new Problem.Unauthorized()));
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertUnauthorized(unknownSecret(1000));
    }

    @Test
    @DisplayName("a recently valid key is looked up although its address has sent too many unknown keys")
    void recentlyValid() throws Exception {
        String secret = create(policy(Optional.empty()), OptionalLong.empty()).secret();
        verify(secret);
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        for (int i = 0; i < UnknownKeyThrottle.MAX_PER_MINUTE; i++) {
            assertUnauthorized(unknownSecret(i));
        }
        int requested = lookups.get();
        verify(secret);
        assertThat(lookups).hasValue(requested + 1);
    }

    private static String unknownSecret(int number) {
        return ApiKeyMessage.PREFIX + "%043d".formatted(number);
    }

    @Test
    @DisplayName("a malformed key is rejected without a lookup in the store")
    void malformedKeys() {
        for (String malformed :
                List.of("", "sk-parley-", "sk-parley-x", ApiKeyMessage.PREFIX + "x".repeat(44), "sk-x")) {
            assertUnauthorized(malformed);
        }
        assertThat(lookups).hasValue(0);
    }

    @Test
    @DisplayName("a key is rejected after it expires, even if it is cached")
    void expires() throws Exception {
        String secret = create(policy(Optional.of(NOW.plusSeconds(10))), OptionalLong.empty())
                .secret();
        verify(secret);
        now.set(NOW.plusSeconds(10));
        assertUnauthorized(secret);
    }

    @Test
    @DisplayName("a key that would already be expired is not created")
    void alreadyExpired() {
        assertThatThrownBy(() -> create(policy(Optional.of(NOW)), OptionalLong.empty()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        rejection -> assertThat(rejection.problem().status()).isEqualTo(422));
        assertThat(storedKeys).isEmpty();
    }

    @Test
    @DisplayName("a revoked key is rejected at once, although it was cached")
    void revoked() throws Exception {
        Created created = create(policy(Optional.empty()), OptionalLong.empty());
        verify(created.secret());
        revoke(created.key().id());
        assertUnauthorized(created.secret());
    }

    @Test
    @DisplayName("a key that is revoked during its lookup is rejected")
    void revokedDuringLookup() throws Exception {
        Created created = create(policy(Optional.empty()), OptionalLong.empty());
        Promise<Void> slow = Promise.promise();
        store.set(slow.future());
        Future<Caller> requested = request(created.secret());
        revoke(created.key().id());
        slow.complete();
        assertThatThrownBy(() -> requested.await(5, TimeUnit.SECONDS)).isInstanceOf(ProblemException.class);
        assertUnauthorized(created.secret());
    }

    @Test
    @DisplayName("an unavailable store is not reported as an invalid key")
    void storeUnavailable() {
        store.set(Future.failedFuture(
                new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException()));
        assertThatThrownBy(() -> verify(ApiKeyMessage.PREFIX + "x".repeat(43)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        rejection -> assertThat(rejection.problem().status()).isEqualTo(503));
    }

    @Test
    @DisplayName("the budget of a key is stored before the key")
    void budget() throws Exception {
        create(policy(Optional.empty()), OptionalLong.of(5));
        assertThat(steps).containsExactly("budget", "key");
    }

    private Created create(KeyPolicy policy, OptionalLong daily) throws Exception {
        return bus.request(Addresses.API_KEY_CREATE, new Create("ann", policy, daily, OptionalLong.empty()))
                .await(5, TimeUnit.SECONDS);
    }

    private void revoke(String id) throws Exception {
        bus.request(Addresses.API_KEY_REVOKE, new Revoke(id)).await(5, TimeUnit.SECONDS);
    }

    private Future<Caller> request(String secret) {
        return bus.request(Addresses.API_KEY_VERIFY, new Verify(new ApiKeyCredential(secret)));
    }

    private Caller verify(String secret) throws Exception {
        return request(secret).await(5, TimeUnit.SECONDS);
    }

    private void assertUnauthorized(String secret) {
        assertThatThrownBy(() -> verify(secret))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        rejection -> assertThat(rejection.problem()).isEqualTo(new Problem.Unauthorized()));
    }

    private static KeyPolicy policy(Optional<Instant> end) {
        return new KeyPolicy("ci", Set.of("openai/gpt"), OptionalInt.of(7), OptionalInt.empty(), end);
    }
}
