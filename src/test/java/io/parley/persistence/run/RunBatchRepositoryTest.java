package io.parley.persistence.run;

import static io.parley.persistence.TestRepositories.await;
import static io.parley.persistence.run.RunRepositoryTest.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.StoreMessage.Append;
import io.parley.contract.StoreMessage.Appended;
import io.parley.contract.StoreMessage.Batches;
import io.parley.contract.StoreMessage.ReadBatches;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.persistence.BothStores;
import io.parley.persistence.StoreBackend;
import io.parley.persistence.TestRepositories;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The batches of a run")
@BothStores
class RunBatchRepositoryTest {

    private static final Appended STORED = new Appended(true, Optional.empty());

    @RegisterExtension
    private final TestRepositories repositories;

    RunBatchRepositoryTest(StoreBackend backend) {
        repositories = new TestRepositories(backend);
    }

    @Test
    @DisplayName("are read in sequence order, from any event onwards")
    void read() throws Exception {
        List<RunBatch> written = List.of(batch("run_1", 1, 8), batch("run_1", 9, 1), batch("run_1", 10, 100));
        for (RunBatch batch : written.reversed()) {
            assertThat(await(repositories.batches.append(new Append(batch)))).isEqualTo(STORED);
        }
        await(repositories.batches.append(new Append(batch("run_2", 1, 1))));

        assertThat(read(0, 10)).isEqualTo(new Batches(written, false));
        assertThat(read(7, 10)).isEqualTo(new Batches(written, false));
        assertThat(read(8, 10)).isEqualTo(new Batches(written.subList(1, 3), false));
        assertThat(read(50, 10)).isEqualTo(new Batches(written.subList(2, 3), false));
        assertThat(read(109, 10)).isEqualTo(new Batches(List.of(), false));
        assertThat(read(0, 2)).isEqualTo(new Batches(written.subList(0, 2), true));
        assertThat(read(9, 1)).isEqualTo(new Batches(written.subList(2, 3), false));
    }

    @Test
    @DisplayName("are appended by only one of many writers; the others get the stored batch")
    void fence() throws Exception {
        List<RunBatch> batches = IntStream.range(0, 20)
                .mapToObj(i -> new RunBatch(
                        "run_1", i, 1, "writer-" + i, batch("run_1", 1, 2).events()))
                .toList();
        List<Future<Appended>> tries = batches.stream()
                .map(batch -> repositories.batches.append(new Append(batch)))
                .toList();

        List<Appended> answers = new ArrayList<>();
        for (Future<Appended> attempt : tries) {
            answers.add(await(attempt));
        }
        RunBatch winner = read(0, 10).data().getFirst();

        assertThat(answers.get(winner.epoch())).isEqualTo(STORED);
        assertThat(answers)
                .filteredOn(answer -> !answer.stored())
                .hasSize(19)
                .containsOnly(new Appended(false, Optional.of(winner)));
    }

    @Test
    @DisplayName("count as stored when the same writer retries")
    void retry() throws Exception {
        await(repositories.batches.append(new Append(batch("run_1", 1, 3))));

        assertThat(await(repositories.batches.append(new Append(batch("run_1", 1, 3)))))
                .isEqualTo(STORED);
    }

    @Test
    @DisplayName("return the stored batch when the same writer retries with a longer one")
    void longer() throws Exception {
        await(repositories.batches.append(new Append(batch("run_1", 1, 3))));

        assertThat(await(repositories.batches.append(new Append(batch("run_1", 1, 5)))))
                .isEqualTo(new Appended(false, Optional.of(batch("run_1", 1, 3))));
    }

    private Batches read(long after, int limit) throws Exception {
        return await(repositories.batches.read(new ReadBatches("run_1", after, limit)));
    }
}
