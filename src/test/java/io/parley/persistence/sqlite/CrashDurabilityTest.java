package io.parley.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A process that is killed")
class CrashDurabilityTest {

    private static final int KILLS = 12;

    @TempDir
    private Path dir;

    @Test
    @DisplayName("loses no acknowledged document, however often and whenever it is killed")
    void kills() throws Exception {
        Random random = new Random();
        List<String> promised = new ArrayList<>();
        for (int life = 0; life < KILLS; life++) {
            List<String> acknowledged = runUntilKilled("life" + life, random.nextInt(500));
            promised.addAll(acknowledged);

            assertThat(stored("life" + life)).containsAll(acknowledged);
        }

        assertThat(promised).hasSizeGreaterThan(KILLS);
        assertThat(allStored()).containsAll(promised);
    }

    @Test
    @DisplayName("holds the lock of its data directory until it is killed")
    void holds() throws Exception {
        Process writer = start("life");
        try (BufferedReader output = writer.inputReader()) {
            assertThat(output.readLine()).isNotNull();

            assertThatThrownBy(() -> SqliteStore.open(
                            data(),
                            List.of(CrashedWriter.KIND),
                            Runnable::run,
                            Duration.ofMinutes(1),
                            System::nanoTime))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("the data directory " + data() + " is in use by another Parley process");
        } finally {
            writer.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
        assertThat(allStored()).isNotEmpty();
    }

    /** Kills the writer some time after {@code minAcknowledged} acknowledgements; returns the acknowledged ids. */
    private List<String> runUntilKilled(String round, int minAcknowledged) throws Exception {
        Process writer = start(round);
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader output = writer.inputReader()) {
            for (String id = completeLine(output); !id.isEmpty(); id = completeLine(output)) {
                acknowledged.add(id);
                if (acknowledged.size() == minAcknowledged + 1) {
                    // Process.destroyForcibly would close the output before it is read
                    writer.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(writer.waitFor()).as("killed by SIGKILL").isEqualTo(128 + 9);
        return acknowledged;
    }

    /** The next line, unless it is incomplete. */
    private static String completeLine(BufferedReader output) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = output.read(); c != '\n'; c = output.read()) {
            if (c < 0) {
                return "";
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private Process start(String round) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + dir,
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashedWriter.class.getName(),
                        data().toString(),
                        round)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private List<String> allStored() throws Exception {
        List<String> all = new ArrayList<>();
        for (int life = 0; life < KILLS; life++) {
            all.addAll(stored("life" + life));
        }
        all.addAll(stored("life"));
        return all;
    }

    /** The ids of the stored documents, each checked to be complete. */
    private List<String> stored(String round) throws Exception {
        DocumentStore store = SqliteStore.open(
                data(), List.of(CrashedWriter.KIND), Runnable::run, Duration.ofMinutes(1), System::nanoTime);
        try {
            Query query = new Query(
                    Filter.where(CrashedWriter.ROUND, round),
                    Order.ascendingBy(CrashedWriter.ROUND),
                    Integer.MAX_VALUE,
                    Optional.empty());
            List<Document> found = store.find(CrashedWriter.KIND, query).await(10, TimeUnit.SECONDS);
            assertThat(found)
                    .allSatisfy(
                            document -> assertThat(document).isEqualTo(CrashedWriter.document(round, document.id())));
            return found.stream().map(Document::id).toList();
        } finally {
            store.close().await(10, TimeUnit.SECONDS);
        }
    }

    private Path data() {
        return dir.resolve("data");
    }
}
