package io.parley.persistence.run;

import static io.parley.persistence.TestRepositories.NOW;
import static io.parley.persistence.TestRepositories.await;
import static io.parley.persistence.TestRepositories.problem;
import static io.parley.persistence.TestRepositories.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Change;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.ContextMessage.Create;
import io.parley.contract.ContextMessage.Delete;
import io.parley.contract.ContextMessage.ListContexts;
import io.parley.contract.ContextMessage.Load;
import io.parley.contract.FlowMessage;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.Append;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StoreMessage.ReadBatches;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.persistence.BothStores;
import io.parley.persistence.StoreBackend;
import io.parley.persistence.TestRepositories;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A context")
@BothStores
class ContextRepositoryTest {

    @RegisterExtension
    private final TestRepositories repositories;

    ContextRepositoryTest(StoreBackend backend) {
        repositories = new TestRepositories(backend);
    }

    @Test
    @DisplayName("is found by its owner as it was created")
    void create() throws Exception {
        Context made = await(repositories.contexts.create(new Create("ann", "work", Optional.of("be brief"))));

        assertThat(made.id()).startsWith("ctx_");
        assertThat(made).isEqualTo(new Context(made.id(), "ann", "work", Optional.of("be brief"), NOW, NOW));
        assertThat(await(repositories.contexts.load(new Load("ann", made.id()))))
                .isEqualTo(made);
    }

    @Test
    @DisplayName("of another user looks absent")
    void foreign() throws Exception {
        Context anns = await(repositories.contexts.create(new Create("ann", "work", Optional.empty())));
        Problem none = new Problem.NotFound();

        for (String id : List.of(anns.id(), "ctx_nowhere")) {
            assertThat(problem(() -> repositories.contexts.load(new Load("bob", id))))
                    .isEqualTo(none);
            assertThat(problem(() -> repositories.contexts.change(rename("bob", id, "mine"))))
                    .isEqualTo(none);
            assertThat(problem(() -> repositories.deletion.delete(new Delete("bob", id))))
                    .isEqualTo(none);
        }
        assertThat(await(repositories.contexts.list(new ListContexts("bob", 10, Optional.empty())))
                        .data())
                .isEmpty();
        assertThat(await(repositories.contexts.load(new Load("ann", anns.id()))))
                .isEqualTo(anns);
    }

    @Test
    @DisplayName("changes only in the given fields")
    void change() throws Exception {
        Context made = await(repositories.contexts.create(new Create("ann", "work", Optional.of("be brief"))));
        String id = made.id();
        repositories.advance(Duration.ofMinutes(1));

        Context renamed = await(repositories.contexts.change(rename("ann", id, "play")));
        Context cleared =
                await(repositories.contexts.change(new Change("ann", id, Optional.empty(), Optional.empty(), true)));

        assertThat(renamed)
                .isEqualTo(new Context(id, "ann", "play", Optional.of("be brief"), NOW, NOW.plusSeconds(60)));
        assertThat(cleared.name()).isEqualTo("play");
        assertThat(cleared.systemPrompt()).isEmpty();
        assertThat(await(repositories.contexts.load(new Load("ann", id)))).isEqualTo(cleared);
    }

    @Test
    @DisplayName("loses neither of two concurrent changes")
    void changeRace() throws Exception {
        String id = await(repositories.contexts.create(new Create("ann", "work", Optional.empty())))
                .id();

        await(Future.join(
                repositories.contexts.change(rename("ann", id, "play")),
                repositories.contexts.change(new Change("ann", id, Optional.empty(), Optional.of("be brief"), false))));

        Context both = await(repositories.contexts.load(new Load("ann", id)));
        assertThat(both.name()).isEqualTo("play");
        assertThat(both.systemPrompt()).contains("be brief");
    }

    @Test
    @DisplayName("is listed in order of creation, page by page")
    void list() throws Exception {
        for (int i = 0; i < 7; i++) {
            repositories.advance(Duration.ofNanos(1_000)); // well within a millisecond
            await(repositories.contexts.create(new Create("ann", "c" + i, Optional.empty())));
            await(repositories.contexts.create(new Create("bob", "c" + i, Optional.empty())));
        }

        List<Integer> sizes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            ContextMessage.Contexts page = await(repositories.contexts.list(new ListContexts("ann", 3, after)));
            sizes.add(page.data().size());
            page.data().forEach(context -> names.add(context.name()));
            after = page.next();
        } while (after.isPresent());

        assertThat(names).containsExactly("c0", "c1", "c2", "c3", "c4", "c5", "c6");
        assertThat(sizes).containsExactly(3, 3, 1);
    }

    @Test
    @DisplayName("is not listed after an invalid cursor")
    void badCursor() throws Exception {
        await(repositories.flows.create(flow("ann", "default", "a")));
        await(repositories.flows.create(flow("ann", "default", "b")));
        String ofFlows = await(
                        repositories.flows.list(new FlowMessage.ListFlows("ann", "default", 1, Optional.empty())))
                .next()
                .orElseThrow();

        for (String bad : List.of("", "x", "%%%", "e30", "Y29udGV4dHM6eDp5", ofFlows)) {
            assertThat(problem(() -> repositories.contexts.list(new ListContexts("ann", 3, Optional.of(bad)))))
                    .isInstanceOfSatisfying(
                            Problem.Invalid.class,
                            invalid -> assertThat(invalid.violations())
                                    .extracting(Problem.Violation::pointer)
                                    .containsExactly("/after"));
        }
        assertThat(problem(() -> repositories.contexts.list(new ListContexts("ann", 0, Optional.empty()))))
                .isInstanceOf(Problem.Invalid.class);
    }

    @Test
    @DisplayName("exists for every user as default, created once however many requests are concurrent")
    void byDefault() throws Exception {
        List<Future<Context>> replies = IntStream.range(0, 30)
                .mapToObj(i -> repositories.contexts.load(new Load(i % 3 == 0 ? "bob" : "ann", "default")))
                .toList();

        HashSet<Context> made = new HashSet<>();
        for (Future<Context> context : replies) {
            made.add(await(context));
        }

        assertThat(made).hasSize(2).extracting(Context::owner).containsExactlyInAnyOrder("ann", "bob");
        assertThat(made).allSatisfy(context -> {
            assertThat(context.id()).matches("ctx_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
            assertThat(await(repositories.contexts.load(new Load(context.owner(), context.id()))))
                    .isEqualTo(context);
        });
        assertThat(await(repositories.contexts.list(new ListContexts("ann", 10, Optional.empty())))
                        .data())
                .hasSize(1);
    }

    @Test
    @DisplayName("named default can be changed before its first use, and stays changed")
    void changeDefault() throws Exception {
        Change change = new Change("ann", "default", Optional.empty(), Optional.of("be brief"), false);

        Context changed = await(repositories.contexts.change(change));

        assertThat(changed.systemPrompt()).contains("be brief");
        assertThat(await(repositories.contexts.load(new Load("ann", "default"))))
                .isEqualTo(changed);
    }

    @Test
    @DisplayName("named default can be deleted, and is created again at its next use")
    void deleteDefault() throws Exception {
        await(repositories.contexts.change(rename("ann", "default", "changed")));

        await(repositories.deletion.delete(new Delete("ann", "default")));

        assertThat(await(repositories.contexts.list(new ListContexts("ann", 10, Optional.empty())))
                        .data())
                .isEmpty();
        assertThat(problem(() -> repositories.deletion.delete(new Delete("ann", "default"))))
                .isEqualTo(new Problem.NotFound());
        assertThat(await(repositories.contexts.load(new Load("ann", "default"))).name())
                .isEqualTo("default");
    }

    @Test
    @DisplayName("is deleted with its flows and its ended conversations, and nothing else")
    void delete() throws Exception {
        String deleted = await(repositories.contexts.create(new Create("ann", "gone", Optional.empty())))
                .id();
        String retained = await(repositories.contexts.create(new Create("ann", "kept", Optional.empty())))
                .id();
        FlowMessage.Flow goneFlow = await(repositories.flows.create(flow("ann", deleted, "a")));
        FlowMessage.Flow keptFlow = await(repositories.flows.create(flow("ann", retained, "b")));
        for (int i = 0; i < 120; i++) {
            await(repositories.runs.insert(run("run_gone" + i, "ann", deleted, RunStatus.COMPLETED, NOW)));
        }
        await(repositories.batches.append(batch("run_gone1")));
        await(repositories.runs.insert(run("run_kept", "ann", retained, RunStatus.RUNNING, NOW)));
        await(repositories.batches.append(batch("run_kept")));

        await(repositories.deletion.delete(new Delete("ann", deleted)));

        Problem none = new Problem.NotFound();
        assertThat(problem(() -> repositories.contexts.load(new Load("ann", deleted))))
                .isEqualTo(none);
        assertThat(problem(() -> repositories.flows.load(new FlowMessage.Load("ann", goneFlow.id()))))
                .isEqualTo(none);
        for (int i = 0; i < 120; i++) {
            LoadRun load = new LoadRun(Optional.empty(), "run_gone" + i);
            assertThat(problem(() -> repositories.runs.load(load))).isEqualTo(none);
        }
        assertThat(await(repositories.batches.read(new ReadBatches("run_gone1", 0, 10)))
                        .data())
                .isEmpty();
        assertThat(await(repositories.contexts.load(new Load("ann", retained)))).isNotNull();
        assertThat(await(repositories.flows.load(new FlowMessage.Load("ann", keptFlow.id()))))
                .isEqualTo(keptFlow);
        assertThat(await(repositories.runs.load(new LoadRun(Optional.of("ann"), "run_kept"))))
                .isNotNull();
        assertThat(await(repositories.batches.read(new ReadBatches("run_kept", 0, 10)))
                        .data())
                .hasSize(1);
    }

    @Test
    @DisplayName("is not deleted while one of its conversations is still running")
    void running() throws Exception {
        String id = await(repositories.contexts.create(new Create("ann", "work", Optional.empty())))
                .id();
        FlowMessage.Flow flow = await(repositories.flows.create(flow("ann", id, "a")));
        await(repositories.runs.insert(run("run_old", "ann", id, RunStatus.ERROR, NOW)));
        await(repositories.runs.insert(run("run_open", "ann", id, RunStatus.PAUSED, NOW)));

        assertThat(problem(() -> repositories.deletion.delete(new Delete("ann", id))))
                .isInstanceOf(Problem.Conflict.class);

        assertThat(await(repositories.contexts.load(new Load("ann", id)))).isNotNull();
        assertThat(await(repositories.flows.load(new FlowMessage.Load("ann", flow.id()))))
                .isEqualTo(flow);
        assertThat(await(repositories.runs.load(new LoadRun(Optional.of("ann"), "run_old"))))
                .isNotNull();
    }

    private static Change rename(String owner, String id, String name) {
        return new Change(owner, id, Optional.of(name), Optional.empty(), false);
    }

    private static FlowMessage.Create flow(String owner, String context, String title) {
        FlowMessage.Draft draft = new FlowMessage.Draft(
                title,
                Optional.empty(),
                FlowMessage.Priority.MEDIUM,
                Optional.empty(),
                false,
                FlowMessage.Status.OPEN,
                Optional.empty());
        return new FlowMessage.Create(owner, context, draft);
    }

    private static Append batch(String run) {
        RunEvent token = new RunEvent.Token(1, 0, 1, Speaker.ASSISTANT, "hi");
        return new Append(new RunBatch(run, 1, 1, "w", List.of(token)));
    }
}
