package io.parley.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Kills the server with SIGKILL at random moments of two-agent runs with a slow provider, restarts it each time, and compares what
 * a viewer received and what is stored with what the provider sends.
 */
public final class CrashBenchmark {

    private static final int KILLS = 50;
    private static final int TOKENS = 15;
    private static final int TURNS = 40;
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern URL = Pattern.compile("http://127.0.0.1:(\\d+)");

    private final Random random = new Random(7);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> environment;
    private final List<Long> recoveryMillis = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private ServerProcess parley;
    private int turns;
    private int resets;
    private int runs;

    private CrashBenchmark(int provider, Path data) throws Exception {
        environment = Map.of(
                "DEV_MODE", "true",
                "PORT", "0",
                "MANAGEMENT_PORT", "-1",
                "DATA_DIR", data.toString(),
                "LOG_FORMAT", "text",
                "OPENAI_API_KEY", "sk-bench",
                "OPENAI_BASE_URL", "http://127.0.0.1:" + provider + "/v1");
        parley = start();
    }

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        HttpServer provider = new BenchmarkProvider(vertx).listen().await(10, TimeUnit.SECONDS);
        CrashBenchmark benchmark =
                new CrashBenchmark(provider.actualPort(), Files.createTempDirectory("parley-crash-"));
        try {
            benchmark.runAll();
        } finally {
            benchmark.parley.close();
        }
        System.exit(benchmark.violations.isEmpty() ? 0 : 1);
    }

    private ServerProcess start() throws Exception {
        return ServerProcess.start("io.parley.Main", List.of(), environment, URL);
    }

    private void runAll() throws Exception {
        int killed = 0;
        while (killed < KILLS) {
            Viewer viewer = new Viewer(startRun());
            runs++;
            while (killed < KILLS && !viewer.ended) {
                viewer.readFor(Duration.ofMillis(100 + random.nextInt(1_200)));
                if (!viewer.ended) {
                    parley.kill();
                    killed++;
                    parley = start();
                    long startedAt = System.nanoTime();
                    viewer.readUntilEvent();
                    recoveryMillis.add(System.nanoTime() - startedAt);
                }
            }
            viewer.readFor(Duration.ofSeconds(120));
            verify(viewer);
        }
        List<Long> sorted = recoveryMillis.stream().sorted().toList();
        row("kills with SIGKILL", "" + killed);
        row("runs", "" + runs);
        row("turns completed", "" + turns);
        row("turns restarted (turn_reset)", "" + resets);
        row("gaps, repeats, wrong transcripts", "" + violations.size());
        row("time from start to the next event of the run, p50 ms", "" + sorted.get(sorted.size() / 2) / 1_000_000);
        row("time from start to the next event of the run, max ms", "" + sorted.getLast() / 1_000_000);
        violations.stream().limit(10).forEach(System.out::println);
    }

    private String startRun() throws Exception {
        String bot = "{\"prompt\":\"talk\",\"model\":\"paced-" + TOKENS + "-20\"}";
        String body = "{\"topic\":\"x\",\"max_turns\":" + TURNS + ",\"bots\":[" + bot + "," + bot + "]}";
        var answer = client.send(
                request("/api/run")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        return JSON.readTree(answer.body()).path("id").asText();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + parley.port + path))
                .timeout(Duration.ofSeconds(130));
    }

    /** Checks that each turn is complete and unique and has the expected text, and that the store holds the same turns. */
    private void verify(Viewer viewer) throws Exception {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < TOKENS; i++) {
            expected.append(BenchmarkProvider.word(i));
        }
        viewer.complete.forEach((turn, text) -> {
            turns++;
            if (!text.contentEquals(expected)) {
                violations.add(viewer.run + " turn " + turn + ": " + text);
            }
        });
        JsonNode stored =
                JSON.readTree(client.send(request("/api/run/" + viewer.run).build(), BodyHandlers.ofString())
                        .body());
        int reported = 0;
        for (JsonNode line : stored.path("messages")) {
            if (line.has("usage")) {
                reported++;
                if (!line.path("content").asText().contentEquals(expected)) {
                    violations.add(viewer.run + " stored: " + line);
                }
            }
        }
        if (reported != viewer.complete.size()) {
            violations.add(viewer.run + ": " + reported + " turns stored, " + viewer.complete.size() + " received");
        }
        resets += viewer.resets;
        violations.addAll(viewer.violations);
    }

    private static void row(String name, String value) {
        System.out.printf(Locale.ROOT, "%-62s %12s%n", name, value);
    }

    /** Reads the stream of a run across server restarts, by cursor, and collects its turns. */
    private final class Viewer {
        private final String run;
        private final TreeMap<Integer, String> complete = new TreeMap<>();
        private final List<String> violations = new ArrayList<>();
        private StringBuilder open = new StringBuilder();
        private Optional<String> cursor = Optional.empty();
        private int resets;
        private boolean ended;

        private Viewer(String run) {
            this.run = run;
        }

        private void readUntilEvent() throws Exception {
            Optional<String> before = cursor;
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (cursor.equals(before) && !ended && System.nanoTime() < deadline) {
                read(Duration.ofSeconds(30), true);
            }
            if (cursor.equals(before) && !ended) {
                violations.add(run + " did not continue");
                ended = true;
            }
        }

        private void readFor(Duration time) throws Exception {
            if (!ended) {
                read(time, false);
            }
        }

        private void read(Duration time, boolean once) throws Exception {
            HttpRequest.Builder request = request("/api/stream/" + run);
            cursor.ifPresent(last -> request.header("Last-Event-ID", last));
            long deadline = System.nanoTime() + time.toNanos();
            try (HttpClient client = HttpClient.newHttpClient()) {
                var answer = client.send(request.build(), BodyHandlers.ofInputStream());
                Thread closer = Thread.ofVirtual().start(() -> closeAt(answer.body(), deadline));
                try (var lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
                    String id = "";
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        if (line.startsWith("id: ")) {
                            id = line.substring(4);
                        } else if (line.startsWith("data: ")) {
                            receive(id, JSON.readTree(line.substring(6)));
                            if (once || ended) {
                                break;
                            }
                        }
                    }
                } catch (IOException e) {
                    // the time is over or the server was killed
                }
                closer.interrupt();
                client.shutdownNow();
            }
        }

        private static void closeAt(InputStream stream, long deadline) {
            try {
                TimeUnit.NANOSECONDS.sleep(Math.max(0, deadline - System.nanoTime()));
                stream.close();
            } catch (InterruptedException | IOException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void receive(String id, JsonNode event) {
            check(id);
            cursor = Optional.of(id);
            switch (event.path("type").asText()) {
                case "token" -> open.append(event.path("delta").asText());
                case "turn_reset" -> {
                    resets++;
                    open = new StringBuilder();
                }
                case "turn_complete" -> {
                    if (complete.put(event.path("turn").asInt(), open.toString()) != null) {
                        violations.add(run + ": turn " + event.path("turn") + " is repeated");
                    }
                    open = new StringBuilder();
                }
                case "run_complete" -> ended = true;
                default -> {}
            }
        }

        private void check(String id) {
            if (cursor.isEmpty()) {
                return;
            }
            long[] before = numbers(cursor.get());
            long[] now = numbers(id);
            boolean next = now[0] == before[0] ? now[1] == before[1] + 1 : now[0] > before[0];
            if (!next) {
                violations.add(run + ": " + id + " after " + cursor.get());
            }
        }

        private static long[] numbers(String id) {
            String[] parts = id.split("-", -1);
            return new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])};
        }
    }
}
