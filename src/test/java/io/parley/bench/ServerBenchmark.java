package io.parley.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Runs every measurement once and prints a table: Parley, which stores everything in SQLite, next to a proxy of the same bytes. */
public final class ServerBenchmark {

    private static final String CHAT = "/api/v1/conversations/stream";
    private static final String AI = "/api/v1/ai/stream";
    private static final String OPENAI = "/v1/chat/completions";
    private static final Pattern PORT = Pattern.compile("port[\"=: ]+(\\d+)");

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
    private final BenchmarkProvider provider = new BenchmarkProvider(vertx);
    private final ServerProcess parley;
    private final ServerProcess passThrough;

    private ServerBenchmark() throws Exception {
        HttpServer listening = provider.listen().await(10, TimeUnit.SECONDS);
        Path data = Files.createTempDirectory("parley-bench-");
        Map<String, String> environment = new HashMap<>(Map.of(
                "DEV_MODE", "true",
                "PORT", "0",
                "MANAGEMENT_PORT", "-1",
                "DATA_DIR", data.toString(),
                "LOG_FORMAT", "json",
                "LOG_LEVEL", "INFO",
                "OPENAI_API_KEY", "sk-bench",
                "OPENAI_BASE_URL", "http://127.0.0.1:" + listening.actualPort() + "/v1",
                "PARLEY_HTTP_HEARTBEAT", "60s",
                "PARLEY_CONVERSATION_ABANDON_AFTER", "300s"));
        environment.put("PARLEY_PROVIDER_TIMEOUTS_BETWEEN_TOKENS", "300s");
        environment.put("PARLEY_GATEWAY_MAX_CONCURRENT", "20000");
        environment.put(
                "PARLEY_GATEWAY_BREAKER_FAILURES", "100000"); // otherwise an open circuit would reject most calls
        environment.put("PARLEY_GATEWAY_BREAKER_CALLS", "100000");
        parley = ServerProcess.start(
                "io.parley.Main", List.of(), environment, Pattern.compile("http://127.0.0.1:(\\d+)"));
        passThrough = ServerProcess.start(
                PassThroughProxy.class.getName(), List.of("" + listening.actualPort()), Map.of(), PORT);
    }

    public static void main(String[] args) throws Exception {
        try {
            switch (args.length > 0 ? args[0] : "") {
                case "open" -> new ServerBenchmark().run(ServerBenchmark::openStreams);
                case "stateless" -> new ServerBenchmark().run(ServerBenchmark::stateless);
                case "first" -> new ServerBenchmark().run(ServerBenchmark::firstToken);
                default -> new ServerBenchmark().run(ServerBenchmark::runAll);
            }
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** A measurement to run. */
    private interface Measurement {
        void of(ServerBenchmark bench) throws Exception;
    }

    private void runAll() throws Exception {
        throughput("answers of 20 tokens", 10_000, true);
        firstToken();
        paced();
        disconnects();
        disconnectsMidStream();
        openStreams();
        row("blocked event loops logged", "" + parley.countLogLines("has been blocked"), "", "0");
    }

    private void run(Measurement measurement) throws Exception {
        try {
            throughput("warm-up", 12_000, false);
            measurement.of(this);
        } finally {
            parley.close();
            passThrough.close();
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    private void throughput(String name, int answers, boolean print) throws Exception {
        double[] direct =
                measureRate(passThrough.port, "/", "fast-20", ServerBenchmark::openAiBody, passThrough, answers);
        double[] parleyClient = measureRate(parley.port, CHAT, "fast-20", ServerBenchmark::chatBody, parley, answers);
        if (print) {
            row(name + ", per second", format(parleyClient[0]), format(direct[0]), ">= 500");
            row(name + ", errors", format(parleyClient[1]), format(direct[1]), "0");
            row("CPU time per answer, ms", format(parleyClient[2]), format(direct[2]), "");
        }
    }

    /** Answers per second, errors, and milliseconds of CPU time per answer. */
    private double[] measureRate(
            int port, String path, String model, Function<String, Buffer> body, ServerProcess child, int answers)
            throws Exception {
        BenchmarkClient client = new BenchmarkClient(vertx, port, path);
        Buffer request = body.apply(model);
        String last = "w" + (Integer.parseInt(model.substring("fast-".length())) - 1) + " ";
        long cpu = child.cpuTimeNanos();
        long startedAt = System.nanoTime();
        inParallel(64, answers, () -> client.stream(request, "w0", text -> text.contains(last) && ended(text)));
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        double millis = (child.cpuTimeNanos() - cpu) / 1e6 / answers;
        client.close();
        return new double[] {client.succeeded.get() / seconds, client.failed.get(), millis};
    }

    private void firstToken() throws Exception {
        BenchmarkClient direct = new BenchmarkClient(vertx, passThrough.port, "/");
        BenchmarkClient parleyClient = new BenchmarkClient(vertx, parley.port, CHAT);
        for (int i = 0; i < 3; i++) { // warm-up: paced streams use other code paths than fast ones
            staggered(() -> direct.stream(openAiBody("paced-10-50"), "w0", text -> ended(text)));
            staggered(() -> parleyClient.stream(chatBody("paced-10-50"), "w0", text -> ended(text)));
        }
        direct.firstByteNanos.clear();
        parleyClient.firstByteNanos.clear();
        staggered(() -> direct.stream(openAiBody("paced-10-50"), "w0", text -> ended(text)));
        staggered(() -> parleyClient.stream(chatBody("paced-10-50"), "w0", text -> ended(text)));
        row(
                "time to first token, 50 paced streams, p50 ms",
                format(percentile(parleyClient.firstByteNanos, 50)),
                format(percentile(direct.firstByteNanos, 50)),
                "+ <= 2");
        row(
                "time to first token, 50 paced streams, p99 ms",
                format(percentile(parleyClient.firstByteNanos, 99)),
                format(percentile(direct.firstByteNanos, 99)),
                "");
    }

    private void paced() throws Exception {
        BenchmarkClient parleyClient = new BenchmarkClient(vertx, parley.port, CHAT);
        long cpu = parley.cpuTimeNanos();
        inParallel(400, 400, () -> parleyClient.stream(chatBody("paced-200-50"), "w0", text -> complete(text, 200)));
        double micros = (parley.cpuTimeNanos() - cpu) / 1e3 / (400 * 200);
        BenchmarkClient direct = new BenchmarkClient(vertx, passThrough.port, "/");
        long directCpu = passThrough.cpuTimeNanos();
        inParallel(400, 400, () -> direct.stream(openAiBody("paced-200-50"), "w0", text -> ended(text)));
        double directMicros = (passThrough.cpuTimeNanos() - directCpu) / 1e3 / (400 * 200);
        row(
                "400 streams x 20 tokens/s, incomplete streams",
                "" + parleyClient.failed.get(),
                "" + direct.failed.get(),
                "0");
        row("CPU time per token at that rate, us", format(micros), format(directMicros), "");
    }

    /** Measures the routes that store nothing. */
    private void stateless() throws Exception {
        double[] direct =
                measureRate(passThrough.port, "/", "fast-1", ServerBenchmark::openAiBody, passThrough, 10_000);
        double perToken = perToken(passThrough, passThrough.port, "/", ServerBenchmark::openAiBody);
        for (String path : List.of(AI, OPENAI, AI, OPENAI)) { // warm-up
            Function<String, Buffer> body =
                    path.equals(AI) ? ServerBenchmark::generateBody : ServerBenchmark::openAiBody;
            measureRate(parley.port, path, "fast-1", body, parley, 10_000);
            perToken(parley, parley.port, path, body);
        }
        for (String path : List.of(OPENAI, AI)) {
            Function<String, Buffer> body =
                    path.equals(AI) ? ServerBenchmark::generateBody : ServerBenchmark::openAiBody;
            int callCount = provider.requests.get();
            double[] parleyClient = measureRate(parley.port, path, "fast-1", body, parley, 20_000);
            row(path + ", provider calls for 20,000 answers", "" + (provider.requests.get() - callCount), "", "20000");
            row(path + ", answers of one token, per second", format(parleyClient[0]), format(direct[0]), ">= 3000");
            row(path + ", errors", format(parleyClient[1]), format(direct[1]), "0");
            row("CPU time per answer, ms", format(parleyClient[2]), format(direct[2]), "");
            double micros = perToken(parley, parley.port, path, body);
            row("400 streams x 20 tokens/s, CPU time per token, us", format(micros), format(perToken), "");
            row("ratio of these CPU times", format(micros / perToken), "1", "<= 1.3");
        }
    }

    private double perToken(ServerProcess child, int port, String path, Function<String, Buffer> body)
            throws Exception {
        BenchmarkClient client = new BenchmarkClient(vertx, port, path);
        long cpu = child.cpuTimeNanos();
        inParallel(400, 400, () -> client.stream(body.apply("paced-200-50"), "w0", text -> ended(text)));
        client.close();
        return client.failed.get() > 0 ? -1 : (child.cpuTimeNanos() - cpu) / 1e3 / (400 * 200);
    }

    private void disconnects() throws Exception {
        List<Long> delays = new ArrayList<>();
        BenchmarkClient parleyClient = new BenchmarkClient(vertx, parley.port, CHAT);
        for (int i = 0; i < 200; i++) {
            provider.closedAtNanos.clear();
            Buffer body = chatBody("stalled").copy();
            JsonObject request = new JsonObject(body).put("on_disconnect", "cancel");
            long disconnectedAt =
                    parleyClient.disconnectAfter(request.toBuffer(), "w0").await(10, TimeUnit.SECONDS);
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (provider.closedAtNanos.isEmpty() && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            delays.add(
                    provider.closedAtNanos.isEmpty() ? 5_000_000_000L : provider.closedAtNanos.peek() - disconnectedAt);
        }
        row("disconnect to closed provider connection, 200 times, p50 ms", format(percentile(delays, 50)), "", "");
        row(
                "disconnect to closed provider connection, 200 times, p99 ms",
                format(percentile(delays, 99)),
                "",
                "<= 100");
    }

    private void disconnectsMidStream() throws Exception {
        Random random = new Random(42);
        BenchmarkClient parleyClient = new BenchmarkClient(vertx, parley.port, CHAT);
        int before = BenchmarkProvider.lengthBeforeEnd();
        int callCount = provider.requests.get();
        inParallel(
                8,
                200,
                () -> parleyClient.stream(
                        chatBody("cut-" + random.nextInt(1, before)), "w0", text -> !text.contains("event: done")));
        row("provider closes at 200 random bytes, calls", "" + (provider.requests.get() - callCount), "", ">= 200");
        row("of these, answers that end with done", "" + parleyClient.failed.get(), "", "0");
    }

    private void openStreams() throws Exception {
        BenchmarkClient parleyClient = new BenchmarkClient(vertx, parley.port, CHAT);
        long live = parley.liveBytes();
        long before = parley.rssBytes();
        int streams = 5_000;
        inParallel(50, streams, () -> parleyClient.holdOpen(chatBody("stalled"), "w0"));
        vertx.timer(2_000).await(5, TimeUnit.SECONDS);
        double kilobytes = (parley.rssBytes() - before) / 1e3 / streams;
        row("5,000 open streams, resident memory per stream, kB", format(kilobytes), "", "<= 40");
        row(
                "5,000 open streams, live heap per stream, kB",
                format((parley.liveBytes() - live) / 1e3 / streams),
                "",
                "");
        row("5,000 open streams, closed early", "" + parleyClient.failed.get(), "", "0");
        parleyClient.close();
    }

    // ---- request bodies and response checks
    // --------------------------------------------------------------------------------------

    private static Buffer chatBody(String model) {
        return new JsonObject()
                .put("context_id", "default")
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "hello")))
                .put("model", model)
                .put("extract_flows", false)
                .toBuffer();
    }

    private static Buffer openAiBody(String model) {
        return new JsonObject()
                .put("model", model)
                .put("stream", true)
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "hello")))
                .toBuffer();
    }

    private static Buffer generateBody(String model) {
        JsonObject body = new JsonObject(openAiBody(model));
        body.remove("stream");
        return body.toBuffer();
    }

    private static boolean ended(String text) {
        return text.contains("event: done") || text.contains("[DONE]") || text.contains("\"type\":\"done\"");
    }

    private static boolean complete(String text, int tokens) {
        int from = 0;
        for (int i = 0; i < tokens; i++) {
            int at = text.indexOf("data: " + BenchmarkProvider.word(i), from);
            if (at < 0) {
                return false;
            }
            from = at;
        }
        return ended(text);
    }

    // ---- tools
    // -----------------------------------------------------------------------------------------------------------------

    private static void inParallel(int workers, int total, Supplier<Future<Void>> work) throws Exception {
        AtomicInteger remaining = new AtomicInteger(total);
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            all.add(next(remaining, work));
        }
        Future.all(all).await(180, TimeUnit.SECONDS);
    }

    private static Future<Void> next(AtomicInteger remaining, Supplier<Future<Void>> work) {
        return remaining.getAndDecrement() <= 0
                ? Future.succeededFuture()
                : work.get().compose(_ -> next(remaining, work));
    }

    /** Runs fifty at a time, each with a random start and eight repetitions. */
    private void staggered(Supplier<Future<Void>> work) throws Exception {
        Random random = new Random(1);
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            AtomicInteger remaining = new AtomicInteger(8);
            all.add(vertx.timer(1 + random.nextInt(600)).compose(_ -> next(remaining, work)));
        }
        Future.all(all).await(60, TimeUnit.SECONDS);
    }

    private static double percentile(Collection<Long> nanos, int percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty() ? -1 : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1e6;
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2f", value);
    }

    private void row(String name, String parley, String direct, String target) {
        System.out.printf(Locale.ROOT, "%-62s %12s %12s %10s%n", name, parley, direct, target);
    }
}
