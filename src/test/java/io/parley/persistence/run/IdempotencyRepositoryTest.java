package io.parley.persistence.run;

import static io.parley.persistence.TestRepositories.NOW;
import static io.parley.persistence.TestRepositories.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.StoreMessage.ClaimIdempotencyKey;
import io.parley.contract.StoreMessage.ClaimResult;
import io.parley.persistence.BothStores;
import io.parley.persistence.StoreBackend;
import io.parley.persistence.TestRepositories;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("An idempotency key")
@BothStores
class IdempotencyRepositoryTest {

    @RegisterExtension
    private final TestRepositories repositories;

    IdempotencyRepositoryTest(StoreBackend backend) {
        repositories = new TestRepositories(backend);
    }

    @Test
    @DisplayName("keeps its first claim")
    void first() throws Exception {
        assertThat(await(repositories.claims.claim(claim("ann", "k", "body", "run_1"))))
                .isEqualTo(new ClaimResult(true, "body", "run_1"));

        assertThat(await(repositories.claims.claim(claim("ann", "k", "body", "run_2"))))
                .isEqualTo(new ClaimResult(false, "body", "run_1"));
        assertThat(await(repositories.claims.claim(claim("ann", "k", "other", "run_3"))))
                .isEqualTo(new ClaimResult(false, "body", "run_1"));
    }

    @Test
    @DisplayName("belongs to its claimant, also when the claimant retries")
    void retry() throws Exception {
        await(repositories.claims.claim(claim("ann", "k", "body", "run_1")));

        assertThat(await(repositories.claims.claim(claim("ann", "k", "body", "run_1")))
                        .first())
                .isTrue();
    }

    @Test
    @DisplayName("of one user never collides with that of another user")
    void users() throws Exception {
        String longest = "\u0000$'\"%".repeat(500);
        for (ClaimIdempotencyKey claim : List.of(
                claim("ann", "k", "b", "1"),
                claim("bob", "k", "b", "2"),
                claim("an", "nk", "b", "3"),
                claim("ann", longest, "b", "4"),
                claim("ann", longest + " ", "b", "5"))) {
            assertThat(await(repositories.claims.claim(claim)).first()).isTrue();
        }
    }

    @Test
    @DisplayName("is claimed by only one of many")
    void race() throws Exception {
        List<Future<ClaimResult>> tries = IntStream.range(0, 30)
                .mapToObj(i -> repositories.claims.claim(claim("ann", "k", "body", "run_" + i)))
                .toList();

        List<ClaimResult> answers = new ArrayList<>();
        for (Future<ClaimResult> attempt : tries) {
            answers.add(await(attempt));
        }

        assertThat(answers).filteredOn(ClaimResult::first).hasSize(1);
        assertThat(answers)
                .extracting(ClaimResult::value)
                .containsOnly(answers.getFirst().value());
    }

    @Test
    @DisplayName("that has expired is claimed by only one of many")
    void expired() throws Exception {
        await(repositories.claims.claim(claim("ann", "k", "body", "run_old")));
        repositories.advance(Duration.ofMinutes(1));
        List<Future<ClaimResult>> tries = IntStream.range(0, 4)
                .mapToObj(i -> repositories.claims.claim(
                        new ClaimIdempotencyKey("ann", "k", "new", "run_" + i, NOW.plus(Duration.ofMinutes(2)))))
                .toList();

        List<ClaimResult> answers = new ArrayList<>();
        for (Future<ClaimResult> attempt : tries) {
            answers.add(await(attempt));
        }

        assertThat(answers).filteredOn(ClaimResult::first).hasSize(1);
        assertThat(answers)
                .extracting(ClaimResult::value)
                .containsOnly(answers.getFirst().value());
        assertThat(answers.getFirst().digest()).isEqualTo("new");
    }

    @Test
    @DisplayName("is deleted after it has expired, and not before")
    void sweep() throws Exception {
        await(repositories.claims.claim(claim("ann", "k", "body", "run_1")));
        repositories.advance(Duration.ofMinutes(1).minusNanos(1_000));
        assertThat(await(repositories.claims.deleteExpired())).isZero();

        repositories.advance(Duration.ofNanos(1_000));
        assertThat(await(repositories.claims.deleteExpired())).isOne();
    }

    private static ClaimIdempotencyKey claim(String user, String key, String digest, String value) {
        return new ClaimIdempotencyKey(user, key, digest, value, NOW.plus(Duration.ofMinutes(1)));
    }
}
