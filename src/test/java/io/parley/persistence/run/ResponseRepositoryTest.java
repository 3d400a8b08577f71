package io.parley.persistence.run;

import static io.parley.persistence.TestRepositories.NOW;
import static io.parley.persistence.TestRepositories.await;
import static io.parley.persistence.TestRepositories.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Problem;
import io.parley.contract.ResponseMessage.Delete;
import io.parley.contract.ResponseMessage.Load;
import io.parley.contract.ResponseMessage.LoadConversation;
import io.parley.contract.ResponseMessage.StoredResponse;
import io.parley.persistence.BothStores;
import io.parley.persistence.StoreBackend;
import io.parley.persistence.TestRepositories;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A stored response")
@BothStores
class ResponseRepositoryTest {

    private static final Duration KEEP = Duration.ofHours(24);
    private static final Problem NOT_FOUND = new Problem.NotFound();

    @RegisterExtension
    private final TestRepositories repositories;

    ResponseRepositoryTest(StoreBackend backend) {
        repositories = new TestRepositories(backend);
    }

    @Test
    @DisplayName("is found by its user only, as it was stored, until it is deleted")
    void owner() throws Exception {
        StoredResponse response = put("ann", "resp_1", Optional.empty());

        assertThat(await(repositories.responses.load(load("ann", "resp_1")))).isEqualTo(response);
        assertThat(problem(() -> repositories.responses.load(load("bob", "resp_1"))))
                .isEqualTo(NOT_FOUND);
        assertThat(problem(() -> repositories.responses.delete(new Delete("bob", "resp_1"))))
                .isEqualTo(NOT_FOUND);
        await(repositories.responses.delete(new Delete("ann", "resp_1")));
        assertThat(problem(() -> repositories.responses.load(load("ann", "resp_1"))))
                .isEqualTo(NOT_FOUND);
        assertThat(problem(() -> repositories.responses.delete(new Delete("ann", "resp_1"))))
                .isEqualTo(NOT_FOUND);
    }

    @Test
    @DisplayName("keeps its id: another one with the same is a conflict")
    void conflict() throws Exception {
        put("ann", "resp_1", Optional.empty());

        assertThat(problem(() -> repositories.responses.put(response("bob", "resp_1", Optional.empty()))))
                .isInstanceOf(Problem.Conflict.class);
    }

    @Test
    @DisplayName("is loaded with all that it continues, oldest first, as far as it belongs to its user")
    void conversation() throws Exception {
        put("ann", "resp_1", Optional.empty());
        put("ann", "resp_2", Optional.of("resp_1"));
        put("ann", "resp_3", Optional.of("resp_2"));
        put("bob", "resp_4", Optional.of("resp_3"));

        assertThat(await(repositories.responses.loadConversation(conversation("ann", "resp_3", NOW)))
                        .responses())
                .extracting(StoredResponse::id)
                .containsExactly("resp_1", "resp_2", "resp_3");
        assertThat(problem(() -> repositories.responses.loadConversation(conversation("bob", "resp_4", NOW))))
                .isEqualTo(NOT_FOUND);
    }

    @Test
    @DisplayName("expires, and is deleted afterwards")
    void expired() throws Exception {
        put("ann", "resp_1", Optional.empty());
        repositories.advance(KEEP.minusNanos(1_000));
        assertThat(await(repositories.responses.deleteExpired())).isZero();
        await(repositories.responses.load(load("ann", "resp_1")));

        repositories.advance(Duration.ofNanos(1_000));
        assertThat(problem(() -> repositories.responses.load(load("ann", "resp_1"))))
                .isEqualTo(NOT_FOUND);
        assertThat(await(repositories.responses.deleteExpired())).isOne();
    }

    @Test
    @DisplayName("is kept for longer while it is continued")
    void extended() throws Exception {
        put("ann", "resp_1", Optional.empty());
        put("ann", "resp_2", Optional.of("resp_1"));
        Instant later = repositories.advance(KEEP.dividedBy(2).plusSeconds(1));
        await(repositories.responses.loadConversation(conversation("ann", "resp_2", later.plus(KEEP))));
        repositories.advance(KEEP.minusSeconds(1));

        assertThat(await(repositories.responses.load(load("ann", "resp_1"))).id())
                .isEqualTo("resp_1");
    }

    private StoredResponse put(String user, String id, Optional<String> previous) throws Exception {
        StoredResponse response = response(user, id, previous);
        await(repositories.responses.put(response));
        return response;
    }

    private static StoredResponse response(String user, String id, Optional<String> previous) {
        return new StoredResponse(user, id, previous, "{\"text\":\"\\u0000 'ä\"}", NOW.plus(KEEP));
    }

    private static Load load(String user, String id) {
        return new Load(user, id, Optional.empty());
    }

    private static LoadConversation conversation(String user, String id, Instant keepUntil) {
        return new LoadConversation(user, id, keepUntil);
    }
}
