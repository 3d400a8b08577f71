package io.parley.persistence.run;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.ResponseMessage.Conversation;
import io.parley.contract.ResponseMessage.Delete;
import io.parley.contract.ResponseMessage.Load;
import io.parley.contract.ResponseMessage.LoadConversation;
import io.parley.contract.ResponseMessage.StoredResponse;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores responses until they expire. Every query includes the user and the time, so that responses of other users and expired
 * ones look absent.
 */
public final class ResponseRepository {

    private static final int MAX_CONVERSATION = 1_000;
    private static final long MAX_CONVERSATION_LENGTH = 32L << 20;

    private static final DocumentMapper<StoredResponse> MAPPER = new DocumentMapper<>(
            RunSchema.RESPONSES,
            StoredResponse.class,
            StoredResponse::id,
            response -> Map.of(
                    RunSchema.OWNER,
                    Value.of(response.user()),
                    RunSchema.EXPIRES_AT,
                    DocumentMapper.time(response.expiresAt())));

    private final DocumentStore store;
    private final InstantSource clock;

    public ResponseRepository(DocumentStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    public Future<Void> put(StoredResponse response) {
        return store.insert(RunSchema.RESPONSES, MAPPER.toDocument(response, 1))
                .compose(inserted -> inserted
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                new Problem.Conflict("a response with this id already exists").toException()));
    }

    public Future<StoredResponse> load(Load load) {
        return find(load.user(), load.id(), load.keepUntil());
    }

    public Future<Conversation> loadConversation(LoadConversation load) {
        return collect(load, Optional.of(load.id()), 0, new ArrayDeque<>());
    }

    public Future<Void> delete(Delete delete) {
        return store.delete(RunSchema.RESPONSES, valid(delete.user()).withId(delete.id()))
                .compose(count -> count == 0 ? notFound() : Future.succeededFuture());
    }

    /** Deletes expired responses. */
    public Future<Long> deleteExpired() {
        return store.delete(RunSchema.RESPONSES, Filter.ANY.below(RunSchema.EXPIRES_AT, now() + 1));
    }

    /** Adds the response {@code next} and all that it continues before those that were {@code found}. */
    private Future<Conversation> collect(
            LoadConversation load, Optional<String> next, long length, Deque<StoredResponse> found) {
        if (next.isEmpty()) {
            return Future.succeededFuture(new Conversation(List.copyOf(found)));
        }
        if (found.size() == MAX_CONVERSATION || length > MAX_CONVERSATION_LENGTH) {
            return Future.failedFuture(new Problem.Invalid(List.of(new Violation(
                            "/previous_response_id", "length", "must not continue more than the server can load")))
                    .toException());
        }
        return find(load.user(), next.get(), Optional.of(load.keepUntil())).compose(response -> {
            found.addFirst(response);
            return collect(load, response.previous(), length + response.json().length(), found);
        });
    }

    private Future<StoredResponse> find(String user, String id, Optional<Instant> keepUntil) {
        return store.get(RunSchema.RESPONSES, id, valid(user))
                .compose(found -> found.map(document -> extend(user, document, keepUntil))
                        .orElseGet(ResponseRepository::notFound));
    }

    /** Extends the time of a response in use, at most once in half of its time; a failure only leaves it as it was. */
    private Future<StoredResponse> extend(String user, Document document, Optional<Instant> keepUntil) {
        StoredResponse response = MAPPER.fromDocument(document);
        long until = keepUntil.map(DocumentMapper::micros).orElse(0L);
        if (document.integer(RunSchema.EXPIRES_AT) >= now() + (until - now()) / 2) {
            return Future.succeededFuture(response);
        }
        return store.set(
                        RunSchema.RESPONSES,
                        valid(user).withId(document.id()),
                        Map.of(RunSchema.EXPIRES_AT, Value.of(until)))
                .transform(_ -> Future.succeededFuture(response));
    }

    private Filter valid(String user) {
        return Filter.where(RunSchema.OWNER, user).from(RunSchema.EXPIRES_AT, now() + 1);
    }

    private long now() {
        return DocumentMapper.micros(clock.instant());
    }

    private static <T> Future<T> notFound() {
        return Future.failedFuture(new Problem.NotFound().toException());
    }
}
