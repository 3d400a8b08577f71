package io.parley.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Measures two-agent runs: many at once, the memory of waiting ones, and the cost of viewers. */
public final class DuoBenchmark {

    private static final int RUNS = 200;
    private static final int TURNS = 10;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
    private final ServerProcess parley;
    private final HttpClient client;
    /** Uses few connections, so that the memory of the runs dominates. */
    private final HttpClient control;

    private DuoBenchmark() throws Exception {
        HttpServer provider = new BenchmarkProvider(vertx).listen().await(10, TimeUnit.SECONDS);
        Map<String, String> environment = Map.of(
                "DEV_MODE", "true",
                "PORT", "0",
                "MANAGEMENT_PORT", "-1",
                "DATA_DIR", Files.createTempDirectory("parley-duos-").toString(),
                "LOG_FORMAT", "json",
                "OPENAI_API_KEY", "sk-bench",
                "OPENAI_BASE_URL", "http://127.0.0.1:" + provider.actualPort() + "/v1");
        parley = ServerProcess.start(
                "io.parley.Main", List.of(), environment, Pattern.compile("http://127.0.0.1:(\\d+)"));
        client = vertx.createHttpClient(
                new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(parley.port),
                new PoolOptions().setHttp1MaxSize(5_000).setMaxWaitQueueSize(10_000));
        control = vertx.createHttpClient(
                new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(parley.port),
                new PoolOptions().setHttp1MaxSize(20).setMaxWaitQueueSize(10_000));
    }

    public static void main(String[] args) throws Exception {
        DuoBenchmark benchmark = new DuoBenchmark();
        try {
            for (int round = 0; round < 4; round++) {
                benchmark.manyRuns(); // the first rounds include JIT compilation
            }
            if (!List.of(args).contains("many")) {
                benchmark.waitingRuns();
                benchmark.paused();
                benchmark.viewers();
            }
        } finally {
            benchmark.parley.close();
            benchmark.vertx.close().await(10, TimeUnit.SECONDS);
        }
        System.exit(0);
    }

    private void manyRuns() throws Exception {
        long cpu = parley.cpuTimeNanos();
        long startedAt = System.nanoTime();
        List<Future<Long>> all = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            all.add(startRun("fast-20", TURNS).compose(run -> watch(run, true)));
        }
        Future.all(all).await(120, TimeUnit.SECONDS);
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        row("200 runs of 10 turns with a fast provider, turns per second", RUNS * TURNS / seconds);
        row("CPU time per turn, ms", (parley.cpuTimeNanos() - cpu) / 1e6 / (RUNS * TURNS));
    }

    private void waitingRuns() throws Exception {
        vertx.timer(12, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS); // waits until ended runs are released
        Map<String, Long> classes = parley.liveClasses();
        long before = parley.liveBytes();
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(startRun("stalled", TURNS));
        }
        Future.all(all).await(60, TimeUnit.SECONDS);
        vertx.timer(3, TimeUnit.SECONDS).await(5, TimeUnit.SECONDS);
        row("heap per run that waits for its provider, kB", (parley.liveBytes() - before) / 1e3 / 1_000);
        if (Boolean.getBoolean("classes")) {
            parley.liveClasses().entrySet().stream()
                    .map(entry ->
                            Map.entry(entry.getKey(), entry.getValue() - classes.getOrDefault(entry.getKey(), 0L)))
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(40)
                    .forEach(entry -> row("  of which " + entry.getKey() + ", B", entry.getValue() / 1e3));
        }
        List<Future<Void>> stops = new ArrayList<>();
        for (Future<String> run : all) {
            stops.add(
                    post("/api/run/" + run.result() + "/stop", new JsonObject()).mapEmpty());
        }
        Future.all(stops).await(60, TimeUnit.SECONDS);
    }

    /** Measures paused runs; few runs are active at a time, so that no provider connections are left over. */
    private void paused() throws Exception {
        vertx.timer(15, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS);
        long before = parley.liveBytes();
        List<String> all = new ArrayList<>();
        for (int batch = 0; batch < 50; batch++) {
            List<Future<String>> batchRuns = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                batchRuns.add(startRun("paced-5-20", 50)
                        .compose(run -> post("/api/run/" + run + "/pause", new JsonObject())
                                .map(run)));
            }
            Future.all(batchRuns).await(20, TimeUnit.SECONDS);
            batchRuns.forEach(run -> all.add(run.result()));
            vertx.timer(150, TimeUnit.MILLISECONDS).await(5, TimeUnit.SECONDS); // the current turn ends
        }
        vertx.timer(3, TimeUnit.SECONDS).await(5, TimeUnit.SECONDS);
        row("heap per paused run, with its messages, kB", (parley.liveBytes() - before) / 1e3 / 1_000);
        for (String run : all) {
            post("/api/run/" + run + "/stop", new JsonObject()).await(10, TimeUnit.SECONDS);
        }
    }

    /** Compares a paced run without viewers with one that has three reading viewers and one that does not read. */
    private void viewers() throws Exception {
        double withoutViewers = 0;
        double withViewers = 0;
        for (int round = 0; round < 3; round++) {
            withoutViewers += timeRuns(0);
            withViewers += timeRuns(3);
        }
        row("duration of a run with 1 stalled and 3 live viewers, as a ratio", withViewers / withoutViewers);
    }

    private double timeRuns(int viewers) throws Exception {
        String run = startRun("paced-40-10", 6).await(10, TimeUnit.SECONDS);
        for (int i = 0; i < viewers; i++) {
            watch(run, true);
        }
        if (viewers > 0) {
            watch(run, false);
        }
        JsonObject state;
        do {
            vertx.timer(50).await(5, TimeUnit.SECONDS);
            state = control.request(HttpMethod.GET, "/api/run/" + run)
                    .compose(request -> request.send().compose(HttpClientResponse::body))
                    .map(JsonObject::new)
                    .await(10, TimeUnit.SECONDS);
        } while (state.getString("status").equals("running"));
        JsonArray messages = state.getJsonArray("messages");
        return Duration.between(
                        Instant.parse(state.getString("created_at")),
                        Instant.parse(
                                messages.getJsonObject(messages.size() - 1).getString("timestamp")))
                .toMillis();
    }

    private Future<String> startRun(String model, int turns) {
        JsonObject bot = new JsonObject().put("prompt", "talk").put("model", model);
        return post(
                        "/api/run",
                        new JsonObject()
                                .put("topic", "x")
                                .put("max_turns", turns)
                                .put("bots", new JsonArray().add(bot).add(bot)))
                .map(answer -> answer.getString("id"));
    }

    private Future<JsonObject> post(String path, JsonObject body) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setURI(path)
                .putHeader("content-type", "application/json");
        return control.request(options)
                .compose(request -> request.send(body.toBuffer()).compose(HttpClientResponse::body))
                .map(JsonObject::new);
    }

    /** Reads a run to its end; completes with the number of bytes. A viewer that is not {@code reading} pauses the stream. */
    private Future<Long> watch(String run, boolean reading) {
        Promise<Long> done = Promise.promise();
        client.request(HttpMethod.GET, "/api/stream/" + run)
                .compose(request -> request.send())
                .onSuccess(answer -> {
                    if (!reading) {
                        answer.exceptionHandler(_ -> {}).pause();
                        return;
                    }
                    long[] bytes = {0};
                    answer.handler(chunk -> bytes[0] += chunk.length())
                            .endHandler(_ -> done.tryComplete(bytes[0]))
                            .exceptionHandler(done::tryFail);
                });
        return done.future();
    }

    private static void row(String name, double value) {
        System.out.printf(Locale.ROOT, "%-66s %10.2f%n", name, value);
    }
}
