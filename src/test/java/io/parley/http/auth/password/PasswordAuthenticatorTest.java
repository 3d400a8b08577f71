package io.parley.http.auth.password;

import static io.parley.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AuthMessage.BasicCredential;
import io.parley.contract.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks when passwords are compared and when not; "right" is the correct password. */
class PasswordAuthenticatorTest {

    private static final Problem ACCEPTED = new Problem.Conflict("accepted");
    private static final Problem REJECTED = new Problem.Unauthorized();
    private static final Problem OVERLOADED = new Problem.Unavailable(Problem.Reason.OVERLOADED, Duration.ofSeconds(1));

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger compared = new AtomicInteger();
    private final AtomicInteger concurrent = new AtomicInteger();
    private final AtomicInteger maxConcurrent = new AtomicInteger();
    private final AtomicInteger onEventLoop = new AtomicInteger();
    private volatile CountDownLatch release = new CountDownLatch(0);
    private final PasswordAuthenticator authenticator =
            new PasswordAuthenticator("ann", this::compare, new PasswordHashPool(vertx), nanos::get);

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        vertx.close().await(5, SECONDS);
    }

    @Test
    @DisplayName(
            "two passwords are compared at a time, sixteen wait, more are rejected as overload; never on an event loop")
    void overload() throws Exception {
        release = new CountDownLatch(1);
        List<Future<Problem>> queued = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            queued.add(verify("ann", "wrong", "address" + i));
        }
        assertThat(verify("ann", "wrong", "one more").await(5, SECONDS)).isEqualTo(OVERLOADED);
        assertThat(verify("ann", "right", "one more").await(5, SECONDS)).isEqualTo(OVERLOADED);
        eventually(() -> assertThat(concurrent).hasValue(2)); // both threads have begun, however busy the machine is
        release.countDown();
        Future.join(queued).await(5, SECONDS);
        assertThat(queued).allMatch(each -> each.result().equals(REJECTED));
        assertThat(maxConcurrent).hasValue(2);
        assertThat(onEventLoop).hasValue(0);
        assertThat(verify("ann", "right", "one more").await(5, SECONDS)).isEqualTo(ACCEPTED);
    }

    @Test
    @DisplayName("a rejection for overload does not count as a failed login")
    void overloadIsNotAFailure() throws Exception {
        release = new CountDownLatch(1);
        List<Future<Problem>> queued = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            queued.add(verify("ann", "wrong", "address" + i));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(verify("ann", "right", "here").await(5, SECONDS)).isEqualTo(OVERLOADED);
        }
        release.countDown();
        Future.join(queued).await(5, SECONDS);
        assertThat(verify("ann", "right", "here").await(5, SECONDS)).isEqualTo(ACCEPTED);
    }

    @Test
    @DisplayName("a right password is not compared again for a minute, from any address; a wrong one is")
    void cached() throws Exception {
        for (String address : List.of("here", "there", "here")) {
            assertThat(verify("ann", "right", address).await(5, SECONDS)).isEqualTo(ACCEPTED);
        }
        assertThat(compared).hasValue(1);
        verify("ann", "wrong", "here").await(5, SECONDS);
        verify("ann", "wrong", "here").await(5, SECONDS);
        assertThat(compared).hasValue(3);
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(verify("ann", "right", "here").await(5, SECONDS)).isEqualTo(ACCEPTED);
        assertThat(compared).hasValue(4);
    }

    @Test
    @DisplayName("the right password with another name is still compared, and rejected")
    void otherName() throws Exception {
        assertThat(verify("ann", "right", "here").await(5, SECONDS)).isEqualTo(ACCEPTED);
        assertThat(verify("bob", "right", "here").await(5, SECONDS)).isEqualTo(REJECTED);
        assertThat(verify("bob", "right", "here").await(5, SECONDS)).isEqualTo(REJECTED);
        assertThat(compared).hasValue(3);
    }

    @Test
    @DisplayName("parallel requests with the same password cost one comparison, and are all accepted")
    void concurrentRequests() throws Exception {
        release = new CountDownLatch(1);
        List<Future<Problem>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(verify("ann", "right", "here"));
        }
        String tooLong = "x".repeat(73); // is answered at once, so all requests before it have been received
        assertThat(verify("ann", tooLong, "here").await(5, SECONDS)).isEqualTo(REJECTED);
        release.countDown();
        Future.join(all).await(5, SECONDS);
        assertThat(all).allMatch(each -> each.result().equals(ACCEPTED));
        assertThat(compared).hasValue(1);
    }

    private boolean compare(byte[] password) {
        if (Context.isOnEventLoopThread()) {
            onEventLoop.incrementAndGet();
        }
        maxConcurrent.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
        try {
            assertThat(release.await(5, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            concurrent.decrementAndGet();
        }
        compared.incrementAndGet();
        return new String(password, UTF_8).equals("right");
    }

    private Future<Problem> verify(String user, String password, String address) {
        return Future.future(done -> loop.runOnContext(_ -> Future.future(promise -> authenticator
                        .verify(new BasicCredential(user, password), address)
                        .onComplete(promise))
                .map(_ -> ACCEPTED)
                .otherwise(Problem::of)
                .onComplete(done)));
    }
}
