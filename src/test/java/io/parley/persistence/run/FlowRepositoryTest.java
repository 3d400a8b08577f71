package io.parley.persistence.run;

import static io.parley.persistence.TestRepositories.NOW;
import static io.parley.persistence.TestRepositories.await;
import static io.parley.persistence.TestRepositories.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ContextMessage;
import io.parley.contract.FlowMessage.Change;
import io.parley.contract.FlowMessage.ClearableField;
import io.parley.contract.FlowMessage.Create;
import io.parley.contract.FlowMessage.Delete;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.Flows;
import io.parley.contract.FlowMessage.ListFlows;
import io.parley.contract.FlowMessage.Load;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.Problem;
import io.parley.persistence.BothStores;
import io.parley.persistence.StoreBackend;
import io.parley.persistence.TestRepositories;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A flow")
@BothStores
class FlowRepositoryTest {

    private static final Problem NONE = new Problem.NotFound();
    private static final Draft FULL = new Draft(
            "Book a flight",
            Optional.of("to Oslo"),
            Priority.HIGH,
            Optional.of("2026-12-01"),
            true,
            Status.OPEN,
            Optional.of("run_1"));
    private static final Draft MINIMAL =
            new Draft("Book", Optional.empty(), Priority.LOW, Optional.empty(), false, Status.DONE, Optional.empty());

    @RegisterExtension
    private final TestRepositories repositories;

    FlowRepositoryTest(StoreBackend backend) {
        repositories = new TestRepositories(backend);
    }

    @Test
    @DisplayName("is found by its owner as it was created")
    void create() throws Exception {
        String context = context("ann");

        for (Draft draft : List.of(FULL, MINIMAL)) {
            Flow made = await(repositories.flows.create(new Create("ann", context, draft)));

            assertThat(made).isEqualTo(new Flow(made.id(), "ann", context, draft, NOW, NOW));
            assertThat(made.id()).startsWith("flow_");
            assertThat(await(repositories.flows.load(new Load("ann", made.id()))))
                    .isEqualTo(made);
        }
    }

    @Test
    @DisplayName("can be created in the default context before that exists, and has the id of that context")
    void byDefault() throws Exception {
        Flow made = await(repositories.flows.create(new Create("ann", "default", MINIMAL)));

        assertThat(made.contextId())
                .isEqualTo(await(repositories.contexts.load(new ContextMessage.Load("ann", "default")))
                        .id());
        assertThat(await(repositories.flows.list(new ListFlows("ann", "default", 10, Optional.empty())))
                        .data())
                .containsExactly(made);
    }

    @Test
    @DisplayName("is neither created nor listed in the context of another user")
    void foreignContext() throws Exception {
        String anns = context("ann");

        for (String id : List.of(anns, "ctx_nowhere")) {
            assertThat(problem(() -> repositories.flows.create(new Create("bob", id, MINIMAL))))
                    .isEqualTo(NONE);
            assertThat(problem(() -> repositories.flows.list(new ListFlows("bob", id, 10, Optional.empty()))))
                    .isEqualTo(NONE);
        }
    }

    @Test
    @DisplayName("of another user looks absent")
    void foreign() throws Exception {
        Flow anns = await(repositories.flows.create(new Create("ann", "default", MINIMAL)));

        for (String id : List.of(anns.id(), "flow_nowhere")) {
            assertThat(problem(() -> repositories.flows.load(new Load("bob", id))))
                    .isEqualTo(NONE);
            assertThat(problem(() -> repositories.flows.change(retitle("bob", id))))
                    .isEqualTo(NONE);
            assertThat(problem(() -> repositories.flows.delete(new Delete("bob", id))))
                    .isEqualTo(NONE);
        }
        assertThat(await(repositories.flows.load(new Load("ann", anns.id())))).isEqualTo(anns);
    }

    @Test
    @DisplayName("changes only in the given fields")
    void change() throws Exception {
        Flow made = await(repositories.flows.create(new Create("ann", "default", FULL)));
        repositories.advance(Duration.ofSeconds(5));

        Flow retitled = await(repositories.flows.change(retitle("ann", made.id())));
        Flow changed = await(repositories.flows.change(new Change(
                "ann",
                made.id(),
                Optional.empty(),
                Optional.of("to Bergen"),
                Optional.of(Priority.LOW),
                Optional.of("2027-01-01"),
                Optional.of(false),
                Optional.of(Status.DONE),
                Set.of())));

        assertThat(retitled.draft())
                .isEqualTo(new Draft(
                        "new title",
                        FULL.description(),
                        FULL.priority(),
                        FULL.dueDate(),
                        true,
                        Status.OPEN,
                        FULL.sourceRun()));
        assertThat(changed.draft())
                .isEqualTo(new Draft(
                        "new title",
                        Optional.of("to Bergen"),
                        Priority.LOW,
                        Optional.of("2027-01-01"),
                        false,
                        Status.DONE,
                        FULL.sourceRun()));
        assertThat(changed.createdAt()).isEqualTo(NOW);
        assertThat(changed.updatedAt()).isEqualTo(NOW.plusSeconds(5));
        assertThat(await(repositories.flows.load(new Load("ann", made.id())))).isEqualTo(changed);
    }

    @Test
    @DisplayName("loses the fields that are cleared")
    void clear() throws Exception {
        Flow made = await(repositories.flows.create(new Create("ann", "default", FULL)));

        Flow changed = await(repositories.flows.change(new Change(
                "ann",
                made.id(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of(ClearableField.DESCRIPTION, ClearableField.DUE_DATE))));

        assertThat(changed.draft().description()).isEmpty();
        assertThat(changed.draft().dueDate()).isEmpty();
        assertThat(changed.draft().title()).isEqualTo(FULL.title());
    }

    @Test
    @DisplayName("is listed in order of creation, within its context")
    void list() throws Exception {
        String other = context("ann");
        for (int i = 0; i < 5; i++) {
            repositories.advance(Duration.ofMillis(1));
            Draft draft = new Draft(
                    "f" + i, Optional.empty(), Priority.LOW, Optional.empty(), false, Status.OPEN, Optional.empty());
            await(repositories.flows.create(new Create("ann", "default", draft)));
            await(repositories.flows.create(new Create("ann", other, draft)));
        }

        Flows first = await(repositories.flows.list(new ListFlows("ann", "default", 3, Optional.empty())));
        Flows second = await(repositories.flows.list(new ListFlows("ann", "default", 3, first.next())));

        assertThat(first.data()).extracting(flow -> flow.draft().title()).containsExactly("f0", "f1", "f2");
        assertThat(second.data()).extracting(flow -> flow.draft().title()).containsExactly("f3", "f4");
        assertThat(second.next()).isEmpty();
    }

    @Test
    @DisplayName("is not found after it is deleted")
    void delete() throws Exception {
        Flow made = await(repositories.flows.create(new Create("ann", "default", MINIMAL)));

        await(repositories.flows.delete(new Delete("ann", made.id())));

        assertThat(problem(() -> repositories.flows.load(new Load("ann", made.id()))))
                .isEqualTo(NONE);
        assertThat(problem(() -> repositories.flows.delete(new Delete("ann", made.id()))))
                .isEqualTo(NONE);
    }

    private String context(String owner) throws Exception {
        return await(repositories.contexts.create(new ContextMessage.Create(owner, "work", Optional.empty())))
                .id();
    }

    private static Change retitle(String owner, String id) {
        return new Change(
                owner,
                id,
                Optional.of("new title"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of());
    }
}
