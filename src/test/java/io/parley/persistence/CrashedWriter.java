package io.parley.persistence;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs in a process that will be killed: inserts documents endlessly, and prints the id of each acknowledged one. */
final class CrashedWriter {

    static final Field LIFE = Field.text("life");
    static final DocumentType KIND = new DocumentType("promises", List.of(LIFE), List.of(List.of(LIFE)));

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

    static Document document(String life, String id) {
        return new Document(id, 1, Map.of(LIFE, Value.of(life)), "\"" + id.repeat(20) + "\"");
    }

    private static void insert(DocumentStore store, String life, int writer, int count) {
        String id = life + "-" + writer + "-" + count;
        store.insert(KIND, document(life, id)).onComplete((inserted, failure) -> {
            if (failure != null || !inserted) {
                Runtime.getRuntime().halt(1);
            }
            System.out.println(id);
            insert(store, life, writer, count + 1);
        });
    }
}
