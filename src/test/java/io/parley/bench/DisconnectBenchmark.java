package io.parley.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Disconnects clients in each stage of an answer, and measures from outside when the provider connection is closed, whether the
 * slots are free again, and whether every call is recorded. Then a thousand clients send the same request at once.
 */
public final class DisconnectBenchmark {

    private static final int REPETITIONS = 200;
    private static final int MAX_CONCURRENT = 4;
    private static final int SAME_REQUESTS = 1_000;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
    private final BenchmarkProvider provider = new BenchmarkProvider(vertx);
    private final ServerProcess parley;
    private final HttpClient http = vertx.createHttpClient();

    private DisconnectBenchmark() throws Exception {
        HttpServer listening = provider.listen().await(10, TimeUnit.SECONDS);
        Map<String, String> environment = new HashMap<>(Map.of(
                "DEV_MODE", "true",
                "PORT", "0",
                "MANAGEMENT_PORT", "-1",
                "DATA_DIR", Files.createTempDirectory("parley-bench-").toString(),
                "LOG_FORMAT", "json",
                "OPENAI_API_KEY", "sk-bench",
                "OPENAI_BASE_URL", "http://127.0.0.1:" + listening.actualPort() + "/v1",
                "PARLEY_GATEWAY_MAX_CONCURRENT", "" + MAX_CONCURRENT));
        parley = ServerProcess.start(
                "io.parley.Main", List.of(), environment, Pattern.compile("http://127.0.0.1:(\\d+)"));
    }

    public static void main(String[] args) throws Exception {
        int status = 0;
        DisconnectBenchmark benchmark = new DisconnectBenchmark();
        try {
            benchmark.runAll();
        } catch (Exception e) {
            e.printStackTrace();
            status = 1;
        } finally {
            benchmark.parley.close();
        }
        System.exit(status);
    }

    private void runAll() throws Exception {
        for (String path : List.of("/api/v1/conversations/stream", "/api/v1/ai/stream", "/v1/chat/completions")) {
            BenchmarkClient client = new BenchmarkClient(vertx, parley.port, path);
            measureDelays(
                    "disconnect during the answer, " + path, () -> client.disconnectAfter(body(path, "stalled"), "w0"));
            measureDelays("disconnect before the first token, " + path, () -> {
                int before = provider.requests.get();
                return client.disconnectAt(body(path, "silent"), awaitRequests(before + 1));
            });
        }
        queued();
        row("calls still active or queued", "" + inFlight(), "0");
        row("provider calls, recorded calls", provider.requests.get() + ", " + recordedAttempts(), "equal");
        sameRequest();
    }

    /** Fills all slots with silent requests, disconnects two hundred queued ones, then the silent ones. */
    private void queued() throws Exception {
        BenchmarkClient client = new BenchmarkClient(vertx, parley.port, "/api/v1/ai/stream");
        int before = provider.requests.get();
        Promise<Void> disconnect = Promise.promise();
        List<Future<Long>> first = new ArrayList<>();
        for (int i = 0; i < MAX_CONCURRENT; i++) {
            first.add(client.disconnectAt(body("", "silent"), disconnect.future()));
        }
        awaitRequests(before + MAX_CONCURRENT).await(10, TimeUnit.SECONDS);
        List<Future<Long>> waiting = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
            waiting.add(client.disconnectAt(body("", "silent"), vertx.timer(500)));
        }
        Future.all(waiting).await(10, TimeUnit.SECONDS);
        long disconnectedAt = System.nanoTime();
        while (inFlight() > MAX_CONCURRENT && System.nanoTime() - disconnectedAt < 5_000_000_000L) {
            Thread.onSpinWait();
        }
        row(
                "200 clients disconnect from the queue: time until it is empty, ms",
                format((System.nanoTime() - disconnectedAt) / 1e6),
                "<= 100");
        disconnect.complete();
        Future.all(first).await(10, TimeUnit.SECONDS);
        row("provider calls made for queued requests", "" + (provider.requests.get() - before - MAX_CONCURRENT), "0");
        long end = System.nanoTime() + 5_000_000_000L;
        while (inFlight() > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** Sends the same request from a thousand clients at once. */
    private void sameRequest() throws Exception {
        BenchmarkClient client = new BenchmarkClient(vertx, parley.port, "/v1/chat/completions");
        Buffer requestBody =
                new JsonObject(body("/v1", "paced-20-50")).put("temperature", 0).toBuffer();
        int before = provider.requests.get();
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < SAME_REQUESTS; i++) {
            all.add(client.stream(requestBody, "w0", DisconnectBenchmark::isComplete));
        }
        Future.all(all).await(60, TimeUnit.SECONDS);
        row("1,000 identical requests at once: provider calls", "" + (provider.requests.get() - before), "1");
        row("1,000 identical requests at once: complete and equal answers", "" + client.succeeded.get(), "1000");
    }

    private static boolean isComplete(String text) {
        StringBuilder reassembled = new StringBuilder();
        var deltas = Pattern.compile("\"content\":\"([^\"]*)\"").matcher(text);
        while (deltas.find()) {
            reassembled.append(deltas.group(1));
        }
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            expected.append(BenchmarkProvider.word(i));
        }
        return reassembled.toString().contentEquals(expected) && text.contains("[DONE]");
    }

    private void measureDelays(String name, Supplier<Future<Long>> disconnect) throws Exception {
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
            provider.closedAtNanos.clear();
            long disconnectedAt = disconnect.get().await(10, TimeUnit.SECONDS);
            long end = System.nanoTime() + 5_000_000_000L;
            while (provider.closedAtNanos.isEmpty() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            delays.add(
                    provider.closedAtNanos.isEmpty() ? 5_000_000_000L : provider.closedAtNanos.peek() - disconnectedAt);
        }
        List<Long> sorted = delays.stream().sorted().toList();
        row(
                name + ", p50 / p99 ms",
                format(sorted.get(REPETITIONS / 2) / 1e6) + " / " + format(sorted.get(REPETITIONS * 99 / 100) / 1e6),
                "p99 <= 100");
    }

    /** Completes when the provider has received that many requests. */
    private Future<Void> awaitRequests(int times) {
        return provider.requests.get() >= times
                ? Future.succeededFuture()
                : vertx.timer(1).compose(_ -> awaitRequests(times));
    }

    /** Number of calls that are active or queued at the gateway. */
    private int inFlight() throws Exception {
        JsonArray providers = get("/api/v1/ai/providers/health").getJsonArray("providers");
        int active = 0;
        for (int i = 0; i < providers.size(); i++) {
            JsonObject provider = providers.getJsonObject(i);
            active += provider.getString("name").equals("openai")
                    ? provider.getInteger("running") + provider.getInteger("queue")
                    : 0;
        }
        return active;
    }

    /** Number of calls in the ledger; waits a second for pending writes. */
    private long recordedAttempts() throws Exception {
        vertx.timer(1_000).await(5, TimeUnit.SECONDS);
        return get("/api/v1/usage/summary").getJsonObject("today").getLong("requests");
    }

    private JsonObject get(String path) throws Exception {
        return http.request(HttpMethod.GET, parley.port, "127.0.0.1", path)
                .compose(request -> request.send())
                .compose(response -> response.body())
                .map(Buffer::toJsonObject)
                .await(10, TimeUnit.SECONDS);
    }

    private static Buffer body(String path, String model) {
        JsonObject body = new JsonObject()
                .put("model", model)
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "hello")));
        if (path.startsWith("/v1")) {
            body.put("stream", true);
        } else if (path.contains("conversations")) {
            body.put("context_id", "default").put("on_disconnect", "cancel").put("extract_flows", false);
        }
        return body.toBuffer();
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static void row(String name, String measured, String target) {
        System.out.printf(Locale.ROOT, "%-78s %16s   %s%n", name, measured, target);
    }
}
