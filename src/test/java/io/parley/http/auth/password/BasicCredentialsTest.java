package io.parley.http.auth.password;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.parley.bus.Bus;
import io.parley.config.AuthConfig;
import io.parley.config.Secret;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage;
import io.parley.contract.AuthMessage.BasicCredential;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Ack;
import io.parley.http.auth.AuthVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verification of names and passwords by the verticle, with real bcrypt hashes. */
@ExtendWith(VertxExtension.class)
class BasicCredentialsTest {

    private static final String PASSWORD = "gr\u00fc\u00dfe: \u65e5\u672c \ud83d\ude00";
    private static final Problem REJECTED = new Problem.Unauthorized();

    private Vertx vertx;
    private Bus bus;
    private final AtomicLong nanos = new AtomicLong();

    @BeforeEach
    void open(Vertx vertx) {
        this.vertx = vertx;
        bus = Bus.install(vertx);
    }

    @Test
    @DisplayName("the right password, with colon, accents and emoji, identifies an administrator of that name")
    void rightPassword() throws Exception {
        start(hash(PASSWORD, 4));
        Caller caller = verify("ann", PASSWORD, "here");
        assertThat(caller).isEqualTo(new Caller("ann", Set.of("admin"), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "ann, wrong",
                "ann, ''",
                "ann, 'open sesame '",
                "bob, open sesame",
                "Ann, open sesame",
                "'', open sesame",
                "'', ''"
            })
    @DisplayName("every wrong name or password gets the same problem")
    void wrongCredentials(String user, String password) throws Exception {
        start(hash("open sesame", 4));
        assertThat(rejection(user, password, "here")).isEqualTo(REJECTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$2a$", "$2b$", "$2y$"})
    @DisplayName("hashes from other programs are accepted, up to the limit of 72 bytes")
    void foreignHashes(String version) {
        BcryptHash umlaut =
                new BcryptHash(new Secret(version + "04$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK6"));
        BcryptHash longest =
                new BcryptHash(new Secret(version + "04$abcdefghijklmnopqrstuu50bslKQssQdV30NrcFlcAoj98Z8TY8q"));
        assertThat(umlaut.matches("gr\u00f6\u00dfe:\u65e5\u672c".getBytes(UTF_8)))
                .isTrue();
        assertThat(longest.matches(("x".repeat(71) + "Z").getBytes(UTF_8))).isTrue();
        assertThat(longest.matches("x".repeat(71).getBytes(UTF_8))).isFalse();
        assertThat(longest.matches("x".repeat(72).getBytes(UTF_8))).isFalse();
    }

    @Test
    @DisplayName("a password longer than 72 bytes is rejected without a comparison")
    void tooLong() throws Exception {
        start("$2y$14$abcdefghijklmnopqrstuurCXXUvMBVlCzqS35YBSHdfUoV7sFCK6"); // eighteen comparisons at this cost
        // would take a minute
        for (String password : List.of("x".repeat(73), "\u00fc".repeat(37), "x".repeat(10_000_000))) {
            IntStream.range(0, 6)
                    .forEach(_ -> assertThat(rejection("ann", password, "here")).isEqualTo(REJECTED));
        }
    }

    @Test
    @DisplayName("a server with only a password is ready, and rejects tokens")
    void withoutTokens() throws Exception {
        start(hash("open sesame", 4));
        assertThat(bus.request(Addresses.AUTH_READY, new AuthMessage.CheckReadiness())
                        .await(5, SECONDS))
                .isEqualTo(new Ack());
        assertThat(rejection(new AuthMessage.Verify(new AuthMessage.BearerCredential("a.b.c"))))
                .isEqualTo(REJECTED);
    }

    @Test
    @DisplayName(
            "after five failures in a minute even the right password is rejected, until the first failure is a minute old")
    void throttled() throws Exception {
        start(hash("open sesame", 4));
        for (int i = 0; i < 5; i++) {
            assertThat(rejection("ann", "guess" + i, "here")).isEqualTo(REJECTED);
            nanos.addAndGet(SECONDS.toNanos(5));
        }
        assertThat(rejection("ann", "open sesame", "here")).isEqualTo(new Problem.RateLimited(Duration.ofSeconds(35)));
        nanos.addAndGet(SECONDS.toNanos(35));
        assertThat(verify("ann", "open sesame", "here").user()).isEqualTo("ann");
    }

    @Test
    @DisplayName("failures from another address, or for another name, do not count")
    void countedSeparately() throws Exception {
        start(hash("open sesame", 4));
        IntStream.range(0, 5).forEach(each -> rejection("ann", "guess" + each, "there"));
        IntStream.range(0, 5).forEach(each -> rejection("bob", "guess" + each, "here"));
        assertThat(rejection("ann", "x", "there")).isInstanceOf(Problem.RateLimited.class);
        assertThat(rejection("bob", "x", "here")).isInstanceOf(Problem.RateLimited.class);
        assertThat(verify("ann", "open sesame", "here").user()).isEqualTo("ann");
    }

    @Test
    @DisplayName("parallel failures are counted like sequential ones")
    void concurrentFailures() throws Exception {
        start(hash("open sesame", 4));
        List<Future<Problem>> attempts = IntStream.range(0, 9)
                .mapToObj(each -> request(
                        new AuthMessage.Verify(new BasicCredential("ann", "guess" + each), Optional.of("here"))))
                .toList();
        Future.join(attempts).await(5, SECONDS);
        assertThat(attempts).filteredOn(each -> each.result().equals(REJECTED)).hasSize(5);
        assertThat(attempts)
                .filteredOn(each -> each.result() instanceof Problem.RateLimited)
                .hasSize(4);
    }

    @Test
    @DisplayName("a wrong password and an unknown name take the same time")
    void sameTime() throws Exception {
        start(hash("open sesame", 6));
        IntStream.range(0, 20).forEach(each -> rejection("ann", "warm up", "warm" + each));
        // One good round of five is enough, because other programs run on the machine too; a shortcut would show in
        // each.
        assertThat(IntStream.range(0, 5).mapToDouble(this::ratio).anyMatch(ratio -> ratio > 0.8 && ratio < 1.25))
                .isTrue();
    }

    /** Returns the median time of an unknown name divided by that of a wrong password, measured alternately. */
    private double ratio(int round) {
        long[] known = new long[40];
        long[] unknown = new long[40];
        for (int i = 0; i < 40; i++) {
            String address = round + "." + i;
            known[i] = time(() -> rejection("ann", "wrong", address));
            unknown[i] = time(() -> rejection("bob", "wrong", address));
        }
        Arrays.sort(known);
        Arrays.sort(unknown);
        return (double) unknown[20] / known[20];
    }

    private static long time(Runnable action) {
        long before = System.nanoTime();
        action.run();
        return System.nanoTime() - before;
    }

    private void start(String hash) throws Exception {
        AuthConfig.Basic basic = new AuthConfig.Basic("ann", new Secret(hash));
        AuthConfig config = new AuthConfig(false, Optional.empty(), Optional.of(basic));
        vertx.deployVerticle(new AuthVerticle(bus, config, InstantSource.system(), nanos::get))
                .await(5, SECONDS);
    }

    private Caller verify(String user, String password, String address) throws Exception {
        return bus.request(
                        Addresses.AUTH_VERIFY,
                        new AuthMessage.Verify(new BasicCredential(user, password), Optional.of(address)))
                .await(5, SECONDS);
    }

    private Problem rejection(String user, String password, String address) {
        return rejection(new AuthMessage.Verify(new BasicCredential(user, password), Optional.of(address)));
    }

    private Problem rejection(AuthMessage.Verify request) {
        try {
            return request(request).await(5, SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private Future<Problem> request(AuthMessage.Verify request) {
        return bus.request(Addresses.AUTH_VERIFY, request)
                .<Problem>map(_ -> new Problem.Conflict("accepted"))
                .otherwise(Problem::of);
    }

    private static String hash(String password, int cost) {
        return BCrypt.withDefaults().hashToString(cost, password.toCharArray());
    }
}
