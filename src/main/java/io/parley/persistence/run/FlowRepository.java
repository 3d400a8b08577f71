package io.parley.persistence.run;

import io.parley.bus.Ids;
import io.parley.contract.ContextMessage;
import io.parley.contract.FlowMessage;
import io.parley.contract.FlowMessage.Change;
import io.parley.contract.FlowMessage.ClearableField;
import io.parley.contract.FlowMessage.Create;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.ListFlows;
import io.parley.contract.FlowMessage.Load;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Stores the flows of contexts. Only the owner of a context can create or list its flows. */
public final class FlowRepository {

    private static final DocumentMapper<Flow> MAPPER = new DocumentMapper<>(
            RunSchema.FLOWS,
            Flow.class,
            Flow::id,
            flow -> Map.of(
                    RunSchema.OWNER, Value.of(flow.owner()),
                    RunSchema.CONTEXT, Value.of(flow.contextId()),
                    RunSchema.CREATED, DocumentMapper.time(flow.createdAt())));

    private final DocumentStore store;
    private final OwnerScopedRepository<Flow> repository;
    private final ContextRepository contexts;
    private final InstantSource clock;
    private final Ids ids;

    public FlowRepository(DocumentStore store, ContextRepository contexts, InstantSource clock, Ids ids) {
        this.store = store;
        this.repository = new OwnerScopedRepository<>(store, MAPPER);
        this.contexts = contexts;
        this.clock = clock;
        this.ids = ids;
    }

    public Future<Flow> create(Create create) {
        return contexts.load(new ContextMessage.Load(create.owner(), create.contextId()))
                .compose(context -> {
                    Instant now = clock.instant();
                    return repository.create(
                            new Flow(ids.next("flow_"), create.owner(), context.id(), create.draft(), now, now));
                });
    }

    public Future<Flow> load(Load load) {
        return repository.load(load.owner(), load.id());
    }

    public Future<FlowMessage.Flows> list(ListFlows request) {
        return contexts.load(new ContextMessage.Load(request.owner(), request.contextId()))
                .compose(context -> repository.list(
                        inContext(request.owner(), context.id()),
                        Order.ascendingBy(RunSchema.CREATED),
                        request.limit(),
                        request.after()))
                .map(page -> new FlowMessage.Flows(
                        page.data().stream().map(MAPPER::fromDocument).toList(), page.next()));
    }

    public Future<Flow> change(Change change) {
        return repository.update(change.owner(), change.id(), flow -> apply(flow, change));
    }

    public Future<Void> delete(FlowMessage.Delete delete) {
        return repository.delete(delete.owner(), delete.id());
    }

    /** Deletes all flows of one context. */
    Future<Void> deleteAll(String owner, String context) {
        return store.delete(RunSchema.FLOWS, inContext(owner, context)).mapEmpty();
    }

    private static Filter inContext(String owner, String context) {
        return Filter.where(RunSchema.OWNER, owner).and(RunSchema.CONTEXT, context);
    }

    private Flow apply(Flow flow, Change change) {
        Draft old = flow.draft();
        Draft draft = new Draft(
                change.title().orElse(old.title()),
                updated(change, ClearableField.DESCRIPTION, change.description(), old.description()),
                change.priority().orElse(old.priority()),
                updated(change, ClearableField.DUE_DATE, change.dueDate(), old.dueDate()),
                change.reminderEnabled().orElse(old.reminderEnabled()),
                change.status().orElse(old.status()),
                old.sourceRun());
        return new Flow(flow.id(), flow.owner(), flow.contextId(), draft, flow.createdAt(), clock.instant());
    }

    private static Optional<String> updated(
            Change change, ClearableField part, Optional<String> next, Optional<String> old) {
        return change.clearedFields().contains(part) ? Optional.empty() : next.or(() -> old);
    }
}
