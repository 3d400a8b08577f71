package io.parley.persistence.sqlite;

import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs in a process that will be killed: inserts documents endlessly, and prints the id of each acknowledged one. */
final class CrashedWriter {

    static final Field ROUND = Field.text("life");
    static final DocumentType KIND = new DocumentType("promises", List.of(ROUND), List.of(List.of(ROUND)));

    private static final int WRITERS = 16;

    private CrashedWriter() {}

    public static void main(String[] args) throws InterruptedException {
        DocumentStore store = SqliteStore.open(
                Path.of(args[0]), List.of(KIND), Runnable::run, Duration.ofMinutes(1), System::nanoTime);
        for (int writer = 0; writer < WRITERS; writer++) {
            insert(store, args[1], writer, 0);
        }
        Thread.currentThread().join(); // until the process is killed
    }

    static Document document(String round, String id) {
        return new Document(id, 1, Map.of(ROUND, Value.of(round)), "\"" + id.repeat(20) + "\"");
    }

    private static void insert(DocumentStore store, String round, int writer, int count) {
        String id = round + "-" + writer + "-" + count;
        store.insert(KIND, document(round, id)).onComplete((inserted, failure) -> {
            if (failure != null || !inserted) {
                Runtime.getRuntime().halt(1);
            }
            System.out.println(id);
            insert(store, round, writer, count + 1);
        });
    }
}
