package io.parley.persistence.run;

import static io.parley.persistence.TestRepositories.NOW;
import static io.parley.persistence.TestRepositories.await;
import static io.parley.persistence.TestRepositories.problem;
import static io.parley.persistence.TestRepositories.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Runs;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.Append;
import io.parley.contract.StoreMessage.DeleteRun;
import io.parley.contract.StoreMessage.LeaseRef;
import io.parley.contract.StoreMessage.ListOpenRuns;
import io.parley.contract.StoreMessage.ListRuns;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StoreMessage.ReadBatches;
import io.parley.contract.StoreMessage.RenewLeases;
import io.parley.contract.StoreMessage.Replaced;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.persistence.BothStores;
import io.parley.persistence.StoreBackend;
import io.parley.persistence.TestRepositories;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A run")
@BothStores
public class RunRepositoryTest {

    private static final Problem NONE = new Problem.NotFound();
    private static final Instant LATER = Instant.parse("2026-11-21T08:01:00.123456Z");

    @RegisterExtension
    private final TestRepositories repositories;

    RunRepositoryTest(StoreBackend backend) {
        repositories = new TestRepositories(backend);
    }

    @Test
    @DisplayName("is found by its owner, and without an owner, as it was stored")
    void insert() throws Exception {
        Run run = run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW);

        await(repositories.runs.insert(run));

        assertThat(await(repositories.runs.load(new LoadRun(Optional.of("ann"), "run_1"))))
                .isEqualTo(run);
        assertThat(await(repositories.runs.load(new LoadRun(Optional.empty(), "run_1"))))
                .isEqualTo(run);
    }

    @Test
    @DisplayName("of another user looks absent")
    void foreign() throws Exception {
        await(repositories.runs.insert(run("run_1", "ann", "ctx_1", RunStatus.COMPLETED, NOW)));

        for (String id : List.of("run_1", "run_2")) {
            assertThat(problem(() -> repositories.runs.load(new LoadRun(Optional.of("bob"), id))))
                    .isEqualTo(NONE);
            assertThat(problem(() -> repositories.runs.delete(new DeleteRun("bob", id))))
                    .isEqualTo(NONE);
        }
        assertThat(await(repositories.runs.list(list("bob", Optional.empty(), Optional.empty())))
                        .data())
                .isEmpty();
        assertThat(await(repositories.runs.load(new LoadRun(Optional.of("ann"), "run_1"))))
                .isNotNull();
    }

    @Test
    @DisplayName("is stored once: an identical one is a retry, another one is a conflict")
    void insertTwice() throws Exception {
        Run run = run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW).with(lease(1, NOW.plusNanos(1)));
        await(repositories.runs.insert(run));

        await(repositories.runs.insert(run));
        assertThat(problem(() -> repositories.runs.insert(run("run_1", "bob", "ctx_1", RunStatus.RUNNING, NOW))))
                .isInstanceOf(Problem.Conflict.class);

        assertThat(await(repositories.runs.load(new LoadRun(Optional.empty(), "run_1")))
                        .owner())
                .isEqualTo("ann");
    }

    @Test
    @DisplayName("is replaced at the expected version only, and the reply has the current run")
    void replace() throws Exception {
        Run first = run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW);
        await(repositories.runs.insert(first));

        Replaced second = await(repositories.runs.replace(first.with(lease(2, LATER))));
        Replaced stale = await(repositories.runs.replace(first.with(RunStatus.ERROR, LATER)));
        Replaced third = await(repositories.runs.replace(second.current().with(RunStatus.COMPLETED, LATER)));

        assertThat(second.applied()).isTrue();
        assertThat(second.current().version()).isEqualTo(first.version() + 1);
        assertThat(stale).isEqualTo(new Replaced(false, second.current()));
        assertThat(third.applied()).isTrue();
        assertThat(await(repositories.runs.load(new LoadRun(Optional.empty(), "run_1"))))
                .isEqualTo(third.current());
        assertThat(third.current().lease()).isEqualTo(lease(2, LATER));
        assertThat(problem(() -> repositories.runs.replace(run("run_2", "ann", "ctx_1", RunStatus.RUNNING, NOW))))
                .isEqualTo(NONE);
    }

    @Test
    @DisplayName("counts as replaced when the same writer retries")
    void replaceTwice() throws Exception {
        Run first = run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW);
        await(repositories.runs.insert(first));
        Run next = first.with(lease(2, NOW)); // nanoseconds, but microseconds are stored

        Replaced once = await(repositories.runs.replace(next));
        Replaced twice = await(repositories.runs.replace(next));

        assertThat(twice).isEqualTo(once);
        assertThat(twice.applied()).isTrue();
    }

    @Test
    @DisplayName("is taken over by only one of many")
    void takeOver() throws Exception {
        Run run = run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW);
        await(repositories.runs.insert(run));

        List<Future<Replaced>> tries = IntStream.range(0, 20)
                .mapToObj(i -> repositories.runs.replace(run.with(new Lease("journal-" + i, 2, LATER))))
                .toList();

        List<Replaced> answers = new ArrayList<>();
        for (Future<Replaced> attempt : tries) {
            answers.add(await(attempt));
        }
        assertThat(answers).filteredOn(Replaced::applied).hasSize(1);
        assertThat(answers)
                .extracting(Replaced::current)
                .containsOnly(answers.getFirst().current());
    }

    @Test
    @DisplayName("is listed newest first, of one context or of all, page by page")
    void list() throws Exception {
        for (int i = 0; i < 6; i++) {
            await(repositories.runs.insert(
                    run("run_" + i, "ann", "ctx_" + i % 2, RunStatus.COMPLETED, NOW.plusNanos(1_000L * i))));
        }
        await(repositories.runs.insert(run("run_bob", "bob", "ctx_0", RunStatus.COMPLETED, NOW)));

        Runs first = await(repositories.runs.list(list("ann", Optional.empty(), Optional.empty())));
        Runs second = await(repositories.runs.list(list("ann", Optional.empty(), first.next())));
        Runs odd = await(repositories.runs.list(list("ann", Optional.of("ctx_1"), Optional.empty())));

        assertThat(first.data()).extracting(Run::id).containsExactly("run_5", "run_4", "run_3", "run_2");
        assertThat(second.data()).extracting(Run::id).containsExactly("run_1", "run_0");
        assertThat(second.next()).isEmpty();
        assertThat(odd.data()).extracting(Run::id).containsExactly("run_5", "run_3", "run_1");
    }

    @Test
    @DisplayName("is listed in the default context of its user")
    void listDefault() throws Exception {
        await(repositories.runs.insert(
                run("run_1", "ann", ContextRepository.resolve("ann", "default"), RunStatus.COMPLETED, NOW)));

        Runs runs = await(repositories.runs.list(list("ann", Optional.of("default"), Optional.empty())));

        assertThat(runs.data()).hasSize(1);
    }

    @Test
    @DisplayName("is listed among the open runs of all users until it has ended")
    void listOpen() throws Exception {
        Run running = run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW);
        await(repositories.runs.insert(running));
        await(repositories.runs.insert(run("run_2", "bob", "ctx_2", RunStatus.PAUSED, NOW.plusSeconds(1))));
        await(repositories.runs.insert(run("run_3", "ann", "ctx_1", RunStatus.ERROR, NOW)));
        assertThat(openRuns(1)).containsExactly("run_1", "run_2");

        await(repositories.runs.replace(running.with(RunStatus.COMPLETED, NOW)));

        assertThat(openRuns(10)).containsExactly("run_2");
    }

    @Test
    @DisplayName("is not deleted while it runs, and afterwards with its batches")
    void delete() throws Exception {
        Run run = run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW);
        await(repositories.runs.insert(run));
        await(repositories.batches.append(new Append(batch("run_1", 1, 3))));
        await(repositories.batches.append(new Append(batch("run_12", 1, 3))));
        assertThat(problem(() -> repositories.runs.delete(new DeleteRun("ann", "run_1"))))
                .isInstanceOf(Problem.Conflict.class);
        assertThat(await(repositories.batches.read(new ReadBatches("run_1", 0, 10)))
                        .data())
                .hasSize(1);
        await(repositories.runs.replace(run.with(RunStatus.CANCELLED, NOW)));

        await(repositories.runs.delete(new DeleteRun("ann", "run_1")));

        assertThat(problem(() -> repositories.runs.load(new LoadRun(Optional.empty(), "run_1"))))
                .isEqualTo(NONE);
        assertThat(await(repositories.batches.read(new ReadBatches("run_1", 0, 10)))
                        .data())
                .isEmpty();
        assertThat(await(repositories.batches.read(new ReadBatches("run_12", 0, 10)))
                        .data())
                .hasSize(1);
    }

    @Test
    @DisplayName("has its lease renewed by the holder, who learns which leases are lost")
    void renew() throws Exception {
        await(repositories.runs.insert(run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW)));
        await(repositories.runs.insert(
                run("run_2", "bob", "ctx_1", RunStatus.RUNNING, NOW).with(lease(2, NOW))));
        await(repositories.runs.insert(
                run("run_3", "ann", "ctx_1", RunStatus.RUNNING, NOW).with(lease(3, NOW))));
        await(repositories.runs.insert(
                run("run_4", "ann", "ctx_1", RunStatus.RUNNING, NOW).with(new Lease("journal-2", 1, NOW))));
        List<LeaseRef> held = List.of(
                new LeaseRef("run_1", 1),
                new LeaseRef("run_2", 2),
                new LeaseRef("run_3", 2),
                new LeaseRef("run_4", 1),
                new LeaseRef("run_nowhere", 1));

        List<String> lost = await(repositories.leases.renew(new RenewLeases("journal-1", LATER, held)))
                .lostRuns();

        assertThat(lost).containsExactlyInAnyOrder("run_3", "run_4", "run_nowhere");
        assertThat(leaseUntil("run_1")).isEqualTo(LATER);
        assertThat(leaseUntil("run_2")).isEqualTo(LATER);
        assertThat(leaseUntil("run_3")).isBefore(LATER);
        assertThat(leaseUntil("run_4")).isBefore(LATER);
        assertThat(await(repositories.leases.renew(new RenewLeases("journal-1", LATER, List.of())))
                        .lostRuns())
                .isEmpty();
    }

    @Test
    @DisplayName("whose lease was renewed cannot be replaced at the old version")
    void renewThenReplace() throws Exception {
        Run run = run("run_1", "ann", "ctx_1", RunStatus.RUNNING, NOW);
        await(repositories.runs.insert(run));
        await(repositories.leases.renew(new RenewLeases("journal-1", LATER, List.of(new LeaseRef("run_1", 1)))));

        Replaced replaced = await(repositories.runs.replace(run.with(RunStatus.COMPLETED, NOW)));

        assertThat(replaced.applied()).isFalse();
        assertThat(replaced.current().lease()).isEqualTo(lease(1, LATER));
        assertThat(await(repositories.runs.replace(replaced.current().with(RunStatus.COMPLETED, NOW)))
                        .applied())
                .isTrue();
        assertThat(leaseUntil("run_1")).isEqualTo(LATER);
    }

    private Instant leaseUntil(String run) throws Exception {
        return await(repositories.runs.load(new LoadRun(Optional.empty(), run)))
                .lease()
                .until();
    }

    private List<String> openRuns(int limit) throws Exception {
        List<String> seen = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Runs page = await(repositories.runs.listOpen(new ListOpenRuns(limit, after)));
            page.data().forEach(run -> seen.add(run.id()));
            after = page.next();
        } while (after.isPresent());
        return seen;
    }

    private static ListRuns list(String user, Optional<String> context, Optional<String> after) {
        return new ListRuns(user, context, 4, after);
    }

    private static Lease lease(int epoch, Instant until) {
        return new Lease("journal-1", epoch, until);
    }

    public static RunBatch batch(String run, long first, int events) {
        List<RunEvent> tokens = IntStream.range(0, events)
                .<RunEvent>mapToObj(i -> new RunEvent.Token(1, 0, 1, Speaker.ASSISTANT, " " + (first + i)))
                .toList();
        return new RunBatch(run, 1, first, "writer", tokens);
    }
}
