package io.parley.persistence.run;

import static io.parley.contract.ContextMessage.DEFAULT;

import io.parley.bus.Ids;
import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Change;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.ContextMessage.Create;
import io.parley.contract.ContextMessage.ListContexts;
import io.parley.contract.ContextMessage.Load;
import io.parley.contract.Sha256;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Stores the contexts of users, and creates the default context of a user at its first use. */
public final class ContextRepository {

    private static final DocumentMapper<Context> MAPPER = new DocumentMapper<>(
            RunSchema.CONTEXTS,
            Context.class,
            Context::id,
            context -> Map.of(
                    RunSchema.OWNER,
                    Value.of(context.owner()),
                    RunSchema.CREATED,
                    DocumentMapper.time(context.createdAt())));

    private final OwnerScopedRepository<Context> repository;
    private final InstantSource clock;
    private final Ids ids;

    public ContextRepository(DocumentStore store, InstantSource clock, Ids ids) {
        this.repository = new OwnerScopedRepository<>(store, MAPPER);
        this.clock = clock;
        this.ids = ids;
    }

    /** Resolves {@code default} to a fixed id for {@code owner}, so that it can be created only once; returns other ids unchanged. */
    static String resolve(String owner, String id) {
        return id.equals(DEFAULT) ? "ctx_" + digest(owner) : id;
    }

    public Future<Context> create(Create create) {
        return repository.create(context(ids.next("ctx_"), create));
    }

    public Future<Context> load(Load load) {
        if (!load.id().equals(DEFAULT)) {
            return repository.load(load.owner(), load.id());
        }
        return repository
                .find(load.owner(), resolve(load.owner(), DEFAULT))
                .compose(found -> found.map(Future::succeededFuture).orElseGet(() -> createDefault(load.owner())));
    }

    public Future<ContextMessage.Contexts> list(ListContexts request) {
        Filter filter = Filter.where(RunSchema.OWNER, request.owner());
        return repository
                .list(filter, Order.ascendingBy(RunSchema.CREATED), request.limit(), request.after())
                .map(page -> new ContextMessage.Contexts(
                        page.data().stream().map(MAPPER::fromDocument).toList(), page.next()));
    }

    public Future<Context> change(Change change) {
        return load(new Load(change.owner(), change.id()))
                .compose(found -> repository.update(change.owner(), found.id(), context -> apply(context, change)));
    }

    Future<Void> delete(String owner, String id) {
        return repository.delete(owner, id);
    }

    /** If a concurrent request creates it first, loads that one. */
    private Future<Context> createDefault(String owner) {
        Context context = context(resolve(owner, DEFAULT), new Create(owner, DEFAULT, Optional.empty()));
        return repository
                .insert(context)
                .compose(inserted -> inserted ? Future.succeededFuture(context) : load(new Load(owner, DEFAULT)));
    }

    private Context context(String id, Create create) {
        Instant now = clock.instant();
        return new Context(id, create.owner(), create.name(), create.systemPrompt(), now, now);
    }

    private Context apply(Context context, Change change) {
        Optional<String> prompt =
                change.clearPrompt() ? Optional.empty() : change.systemPrompt().or(context::systemPrompt);
        return new Context(
                context.id(),
                context.owner(),
                change.name().orElse(context.name()),
                prompt,
                context.createdAt(),
                clock.instant());
    }

    private static UUID digest(String owner) {
        ByteBuffer bytes = ByteBuffer.wrap(Sha256.digest(owner));
        long high = (bytes.getLong() & ~0xF000L) | 0x8000L; // UUID version 8: application-defined bits
        long low = (bytes.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
