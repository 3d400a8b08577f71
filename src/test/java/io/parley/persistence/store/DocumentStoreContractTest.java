package io.parley.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.persistence.StoreBackend;
import io.parley.persistence.StoreBackend.Opened;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Query.Position;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A document store")
@ParameterizedClass(name = "{0}")
@MethodSource("backends")
class DocumentStoreContractTest {

    private static final Field OWNER = Field.text("owner");
    private static final Field DAY = Field.text("day");
    private static final Field RANK = Field.integer("rank");
    private static final Field SPENT = Field.integer("spent");
    private static final DocumentType THINGS = new DocumentType(
            "things", List.of(OWNER, DAY, RANK, SPENT), List.of(List.of(OWNER, RANK), List.of(OWNER, DAY)));
    private static final DocumentType OTHERS = new DocumentType("others", List.of(OWNER), List.of(List.of(OWNER)));

    private final StoreBackend backend;
    private final Vertx vertx = Vertx.vertx();
    private Opened opened;
    private DocumentStore store;

    @TempDir
    private Path dir;

    DocumentStoreContractTest(StoreBackend backend) {
        this.backend = backend;
    }

    static Stream<StoreBackend> backends() {
        return StoreBackend.available();
    }

    @BeforeEach
    void open() {
        opened = backend.open(vertx, dir.resolve("data"), List.of(THINGS, OTHERS));
        store = opened.store();
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("returns documents exactly as they were stored")
    void exact() throws Exception {
        Document document = new Document(
                "it's:\"§\" \ud83d\ude00",
                Long.MAX_VALUE - 1,
                Map.of(
                        OWNER, Value.of("$owner.a'; DROP TABLE things; --"),
                        DAY, Value.of(""),
                        RANK, Value.of(Long.MIN_VALUE),
                        SPENT, Value.of(1)),
                "{\"a.b\":{\"$set\":\"\\u0000ж中\ud83d\ude00\"}}");

        assertThat(await(store.insert(THINGS, document))).isTrue();

        assertThat(await(store.get(THINGS, document.id(), Filter.ANY))).contains(document);
        assertThat(await(store.find(THINGS, query(Filter.ANY, Order.ascendingBy(RANK), 10))))
                .containsExactly(document);
    }

    @Test
    @DisplayName("stores a large body")
    void large() throws Exception {
        Document document = new Document("large", 1, thing("a", 1).fields(), "\"" + "ж".repeat(50_000) + "\"");

        assertThat(await(store.insert(THINGS, document))).isTrue();

        assertThat(await(store.get(THINGS, "large", Filter.ANY))).contains(document);
    }

    @Test
    @DisplayName("reports that an id exists, and keeps the stored document")
    void duplicate() throws Exception {
        Document first = thing("a", 1);

        assertThat(await(store.insert(THINGS, first))).isTrue();
        assertThat(await(store.insert(THINGS, thing("a", 2)))).isFalse();
        assertThat(await(store.insert(OTHERS, new Document("a", 1, Map.of(OWNER, Value.of("u")), "{}"))))
                .isTrue();

        assertThat(await(store.get(THINGS, "a", Filter.ANY))).contains(first);
    }

    @Test
    @DisplayName("lets only one of many insert the same id")
    void race() throws Exception {
        List<Boolean> answers = await(runAll(50, i -> store.insert(THINGS, thing("a", i))));

        assertThat(answers).containsOnlyOnce(true);
    }

    @Test
    @DisplayName("finds documents for their owner only, and none that do not exist")
    void owner() throws Exception {
        await(store.insert(THINGS, thing("a", 1)));

        assertThat(await(store.get(THINGS, "a", Filter.where(OWNER, "u")))).isPresent();
        assertThat(await(store.get(THINGS, "a", Filter.where(OWNER, "v")))).isEmpty();
        assertThat(await(store.get(THINGS, "b", Filter.where(OWNER, "u")))).isEmpty();
    }

    @Test
    @DisplayName("treats text that looks like an operator as plain text")
    void operators() throws Exception {
        await(store.insert(THINGS, thing("a", 1)));

        for (String text : List.of("$ne", "{\"$ne\":null}", "' OR '1'='1", "%", "*", "u\u0000", "U")) {
            assertThat(await(store.get(THINGS, "a", Filter.where(OWNER, text)))).isEmpty();
            assertThat(await(store.get(THINGS, text, Filter.ANY))).isEmpty();
        }
    }

    @Test
    @DisplayName("replaces a document at the expected version, and increases the version")
    void replace() throws Exception {
        await(store.insert(THINGS, thing("a", 1)));
        Document next = new Document("a", 1, thing("a", 2).fields(), "\"next\"");

        assertThat(await(store.replaceIf(THINGS, next, Filter.where(OWNER, "u"))))
                .isTrue();

        assertThat(await(store.get(THINGS, "a", Filter.ANY)))
                .contains(new Document("a", 2, next.fields(), next.body()));
    }

    @Test
    @DisplayName("does not replace a document that has changed, belongs to another user or does not exist")
    void replaceRejected() throws Exception {
        Document first = thing("a", 1);
        await(store.insert(THINGS, first));
        Document stale = new Document("a", 0, first.fields(), "\"next\"");

        assertThat(await(store.replaceIf(THINGS, stale, Filter.ANY))).isFalse();
        assertThat(await(store.replaceIf(THINGS, first, Filter.where(OWNER, "v"))))
                .isFalse();
        assertThat(await(store.replaceIf(THINGS, thing("b", 1), Filter.ANY))).isFalse();
        assertThat(await(store.get(THINGS, "a", Filter.ANY))).contains(first);
        assertThat(await(store.get(THINGS, "b", Filter.ANY))).isEmpty();
    }

    @Test
    @DisplayName("lets only one of many replace the same version")
    void replaceRace() throws Exception {
        await(store.insert(THINGS, thing("a", 1)));

        List<Boolean> answers = await(runAll(50, i -> store.replaceIf(THINGS, thing("a", i), Filter.ANY)));

        assertThat(answers).containsOnlyOnce(true);
    }

    @Test
    @DisplayName("sorts in either order, equal values by id, and continues from any position")
    void pages() throws Exception {
        for (int i = 0; i < 12; i++) {
            await(store.insert(THINGS, thing("t" + (char) ('a' + i), i / 3)));
        }
        await(store.insert(THINGS, thing("v", "t0", "", 1)));
        Filter mine = Filter.where(OWNER, "u");

        assertThat(listPages(mine, Order.ascendingBy(RANK)))
                .containsExactly("ta", "tb", "tc", "td", "te", "tf", "tg", "th", "ti", "tj", "tk", "tl");
        assertThat(listPages(mine, Order.descendingBy(RANK)))
                .containsExactly("tl", "tk", "tj", "ti", "th", "tg", "tf", "te", "td", "tc", "tb", "ta");
    }

    @Test
    @DisplayName("finds a range of numbers")
    void range() throws Exception {
        for (int i = 0; i < 10; i++) {
            await(store.insert(THINGS, thing("t" + i, i)));
        }
        Filter range = Filter.where(OWNER, "u").from(RANK, 3).below(RANK, 7);

        assertThat(listPages(range, Order.ascendingBy(RANK))).containsExactly("t3", "t4", "t5", "t6");
        assertThat(listPages(range, Order.descendingBy(RANK))).containsExactly("t6", "t5", "t4", "t3");
        assertThat(ids(query(Filter.ANY.from(RANK, 8), Order.ascendingBy(RANK), 10)))
                .containsExactly("t8", "t9");
        assertThat(ids(query(Filter.ANY.below(RANK, 1), Order.ascendingBy(RANK), 10)))
                .containsExactly("t0");
    }

    @Test
    @DisplayName("sorts text by code point")
    void texts() throws Exception {
        for (String day : List.of("2026-11-21", "2026-02-01", "2026-1", "Z", "a", "")) {
            await(store.insert(THINGS, thing("u", "on " + day, day, 1)));
        }

        assertThat(listPages(Filter.where(OWNER, "u"), Order.ascendingBy(DAY)))
                .containsExactly("on ", "on 2026-02-01", "on 2026-1", "on 2026-11-21", "on Z", "on a");
    }

    @Test
    @DisplayName("finds only the given ids, however many there are")
    void ids() throws Exception {
        for (int i = 0; i < 5; i++) {
            await(store.insert(THINGS, thing("it's \"" + i, i)));
        }
        Set<String> some = Set.of("it's \"1", "it's \"3", "nowhere");

        assertThat(ids(query(Filter.ANY.withIds(some), Order.ascendingBy(RANK), 10)))
                .containsExactly("it's \"1", "it's \"3");
        assertThat(ids(query(Filter.ANY.withIds(Set.of()), Order.ascendingBy(RANK), 10)))
                .isEmpty();
    }

    @Test
    @DisplayName("creates a missing counter, and increments an existing one")
    void increment() throws Exception {
        Document initial = thing("a", 5);

        Optional<Document> first = await(store.increment(THINGS, initial, List.of(Increment.of(SPENT, 10))));
        Optional<Document> second =
                await(store.increment(THINGS, thing("a", 9), List.of(Increment.of(SPENT, -3), Increment.of(RANK, 1))));

        assertThat(first.orElseThrow().integer(SPENT)).isEqualTo(10);
        assertThat(second.orElseThrow().integer(SPENT)).isEqualTo(7);
        assertThat(second.orElseThrow().integer(RANK)).isEqualTo(6);
        assertThat(second.orElseThrow().body()).isEqualTo(initial.body());
        assertThat(second.orElseThrow().version())
                .isGreaterThan(first.orElseThrow().version());
        assertThat(await(store.get(THINGS, "a", Filter.ANY))).isEqualTo(second);
    }

    @Test
    @DisplayName("loses no increment of many concurrent ones")
    void incrementRace() throws Exception {
        await(runAll(100, i -> store.increment(THINGS, thing("a", 0), List.of(Increment.of(SPENT, i)))));

        assertThat(await(store.get(THINGS, "a", Filter.ANY)).orElseThrow().integer(SPENT))
                .isEqualTo(IntStream.range(0, 100).sum());
    }

    @Test
    @DisplayName("never counts beyond the limit, however many increments are concurrent")
    void limit() throws Exception {
        List<Optional<Document>> answers = await(runAll(
                50, _ -> store.increment(THINGS, thing("a", 0), List.of(Increment.bounded(SPENT, 3, 100)))));

        assertThat(answers.stream().filter(Optional::isPresent)).hasSize(33);
        assertThat(await(store.get(THINGS, "a", Filter.ANY)).orElseThrow().integer(SPENT))
                .isEqualTo(99);
    }

    @Test
    @DisplayName("counts up to the limit itself, and down again")
    void limitItself() throws Exception {
        assertThat(await(store.increment(THINGS, thing("a", 0), List.of(Increment.bounded(SPENT, 5, 5)))))
                .isPresent();
        assertThat(await(store.increment(THINGS, thing("a", 0), List.of(Increment.bounded(SPENT, 1, 5)))))
                .isEmpty();
        assertThat(await(store.increment(THINGS, thing("a", 0), List.of(Increment.of(SPENT, -1)))))
                .isPresent();
        assertThat(await(store.increment(THINGS, thing("a", 0), List.of(Increment.bounded(SPENT, 1, 5)))))
                .isPresent();
    }

    @Test
    @DisplayName("applies all increments or none")
    void allOrNone() throws Exception {
        await(store.insert(THINGS, thing("a", 0)));
        List<Increment> steps = List.of(Increment.bounded(SPENT, 1, 10), Increment.bounded(RANK, 5, 4));

        assertThat(await(store.increment(THINGS, thing("a", 0), steps))).isEmpty();
        assertThat(await(store.increment(THINGS, thing("b", 0), steps))).isEmpty();

        assertThat(await(store.get(THINGS, "a", Filter.ANY))).contains(thing("a", 0));
        assertThat(await(store.get(THINGS, "b", Filter.ANY))).isEmpty();
    }

    @Test
    @DisplayName("sets fields of the matching documents only, and increases their version")
    void set() throws Exception {
        for (int i = 0; i < 4; i++) {
            await(store.insert(THINGS, thing("t" + i, i)));
        }
        Filter filter = Filter.where(OWNER, "u").and(SPENT, 0).withIds(Set.of("t1", "t2", "t9"));

        assertThat(await(store.set(THINGS, filter, Map.of(SPENT, Value.of(7), DAY, Value.of("new")))))
                .isEqualTo(2);

        Document changed = await(store.get(THINGS, "t1", Filter.ANY)).orElseThrow();
        assertThat(changed)
                .isEqualTo(new Document("t1", 2, thing("u", "t1", "new", 1, 7).fields(), changed.body()));
        assertThat(await(store.get(THINGS, "t3", Filter.ANY))).contains(thing("t3", 3));
        assertThat(await(store.set(THINGS, filter, Map.of(SPENT, Value.of(8))))).isZero();
    }

    @Test
    @DisplayName("deletes by id, by equality and by range, and returns the number")
    void delete() throws Exception {
        for (int i = 0; i < 10; i++) {
            await(store.insert(THINGS, thing(i < 8 ? "u" : "v", "t" + i, "", i)));
        }

        assertThat(await(store.delete(THINGS, Filter.where(OWNER, "v").withId("t0"))))
                .isZero();
        assertThat(await(store.delete(THINGS, Filter.where(OWNER, "u").withId("t0"))))
                .isOne();
        assertThat(await(store.delete(THINGS, Filter.where(OWNER, "v")))).isEqualTo(2);
        assertThat(await(store.delete(THINGS, Filter.ANY.below(RANK, 4)))).isEqualTo(3);
        assertThat(ids(query(Filter.ANY, Order.ascendingBy(RANK), 10))).containsExactly("t4", "t5", "t6", "t7");
    }

    @Test
    @DisplayName("answers a ping")
    void ping() throws Exception {
        Future<?> answered = store.ping();

        await(answered);

        assertThat(answered.succeeded()).isTrue();
    }

    @Test
    @DisplayName("rejects documents and queries with an undeclared field")
    void undeclared() {
        Document odd = new Document("a", 1, Map.of(RANK, Value.of(1)), "{}");

        assertThatThrownBy(() ->
                        await(Future.future(done -> store.insert(OTHERS, odd).onComplete(done))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> await(Future.future(
                        done -> store.delete(OTHERS, Filter.where(RANK, 1)).onComplete(done))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("fails every operation after it is closed")
    void closed() throws Exception {
        store.close().await(5, TimeUnit.SECONDS);

        for (Supplier<Future<?>> work : List.<Supplier<Future<?>>>of(
                () -> store.insert(THINGS, thing("a", 1)),
                () -> store.get(THINGS, "a", Filter.ANY),
                () -> store.find(THINGS, query(Filter.ANY, Order.ascendingBy(RANK), 1)),
                () -> store.ping())) {
            assertThatThrownBy(() -> work.get().await(5, TimeUnit.SECONDS)).isInstanceOf(StoreException.class);
        }
    }

    @Test
    @DisplayName("completes started operations before it closes")
    void closing() throws Exception {
        List<Future<Boolean>> inserts = IntStream.range(0, 100)
                .mapToObj(i -> store.insert(THINGS, thing("t" + i, i)))
                .toList();

        store.close().await(5, TimeUnit.SECONDS);

        assertThat(inserts).allMatch(Future::succeeded);
    }

    private List<String> listPages(Filter filter, Order order) throws Exception {
        List<String> seen = new ArrayList<>();
        Optional<Position> after = Optional.empty();
        List<Document> page = await(store.find(THINGS, new Query(filter, order, 5, after)));
        while (!page.isEmpty()) {
            page.forEach(document -> seen.add(document.id()));
            Document last = page.getLast();
            after = Optional.of(new Position(last.value(order.field()), last.id()));
            page = await(store.find(THINGS, new Query(filter, order, 5, after)));
        }
        return seen;
    }

    private List<String> ids(Query query) throws Exception {
        return await(store.find(THINGS, query)).stream().map(Document::id).toList();
    }

    private static Query query(Filter filter, Order order, int limit) {
        return new Query(filter, order, limit, Optional.empty());
    }

    private static <T> Future<List<T>> runAll(int count, java.util.function.IntFunction<Future<T>> work) {
        List<Future<T>> all = IntStream.range(0, count).mapToObj(work).toList();
        return Future.all(all).map(_ -> all.stream().map(Future::result).toList());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    private static Document thing(String id, long rank) {
        return thing("u", id, "", rank);
    }

    private static Document thing(String owner, String id, String day, long rank) {
        return thing(owner, id, day, rank, 0);
    }

    private static Document thing(String owner, String id, String day, long rank, long spent) {
        Map<Field, Value> fields =
                Map.of(OWNER, Value.of(owner), DAY, Value.of(day), RANK, Value.of(rank), SPENT, Value.of(spent));
        return new Document(id, 1, fields, "{\"id\":1}");
    }
}
