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

/** Runs every measurement once and prints a table: Parley with SQLite storing everything, beside a raw pass-through of the same bytes. */
public final class ServerBenchmark {

    private static final String CHAT = "/api/v1/conversations/stream";
    private static final String AI = "/api/v1/ai/stream";
    private static final String OPENAI = "/v1/chat/completions";
    private static final Pattern PORT = Pattern.compile("port[\"=: ]+(\\d+)");

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
    private final BenchmarkProvider vendor = new BenchmarkProvider(vertx);
    private final ServerProcess parley;
    private final ServerProcess raw;

    private ServerBenchmark() throws Exception {
        HttpServer listening = vendor.listen().await(10, TimeUnit.SECONDS);
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
                "PARLEY_GATEWAY_BREAKER_FAILURES", "100000"); // or most of the cuts would never reach the vendor
        environment.put("PARLEY_GATEWAY_BREAKER_CALLS", "100000");
        parley = ServerProcess.start("io.parley.Main", List.of(), environment, Pattern.compile("http://127.0.0.1:(\\d+)"));
        raw = ServerProcess.start(PassThroughProxy.class.getName(), List.of("" + listening.actualPort()), Map.of(), PORT);
    }

    public static void main(String[] args) throws Exception {
        try {
            switch (args.length > 0 ? args[0] : "") {
                case "open" -> new ServerBenchmark().only(ServerBenchmark::openStreams);
                case "stateless" -> new ServerBenchmark().only(ServerBenchmark::stateless);
                case "first" -> new ServerBenchmark().only(ServerBenchmark::firstToken);
                default -> new ServerBenchmark().only(ServerBenchmark::all);
            }
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** Something that is measured. */
    private interface Measurement {
        void of(ServerBenchmark bench) throws Exception;
    }

    private void all() throws Exception {
        throughput("answers of 20 tokens", 10_000, true);
        firstToken();
        paced();
        disconnects();
        cuts();
        openStreams();
        row("blocked event loops logged", "" + parley.logged("has been blocked"), "", "0");
    }

    private void only(Measurement measurement) throws Exception {
        try {
            throughput("warm-up", 12_000, false);
            measurement.of(this);
        } finally {
            parley.close();
            raw.close();
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    private void throughput(String name, int answers, boolean print) throws Exception {
        double[] direct = rate(raw.port, "/", "fast-20", ServerBenchmark::openAi, raw, answers);
        double[] ours = rate(parley.port, CHAT, "fast-20", ServerBenchmark::chat, parley, answers);
        if (print) {
            row(name + ", per second", f(ours[0]), f(direct[0]), ">= 500");
            row(name + ", errors", f(ours[1]), f(direct[1]), "0");
            row("processor time for each answer, ms", f(ours[2]), f(direct[2]), "");
        }
    }

    /** Answers per second, errors, and milliseconds of processor time for each. */
    private double[] rate(int port, String path, String model, Function<String, Buffer> body, ServerProcess child, int answers)
            throws Exception {
        BenchmarkClient client = new BenchmarkClient(vertx, port, path);
        Buffer request = body.apply(model);
        String last = "w" + (Integer.parseInt(model.substring("fast-".length())) - 1) + " ";
        long cpu = child.cpuNanos();
        long began = System.nanoTime();
        inParallel(64, answers, () -> client.stream(request, "w0", text -> text.contains(last) && ended(text)));
        double seconds = (System.nanoTime() - began) / 1e9;
        double millis = (child.cpuNanos() - cpu) / 1e6 / answers;
        client.close();
        return new double[] {client.good.get() / seconds, client.bad.get(), millis};
    }

    private void firstToken() throws Exception {
        BenchmarkClient direct = new BenchmarkClient(vertx, raw.port, "/");
        BenchmarkClient ours = new BenchmarkClient(vertx, parley.port, CHAT);
        for (int i = 0; i < 3; i++) { // paced streams take other ways through the code than fast ones: these warm it up
            staggered(() -> direct.stream(openAi("paced-10-50"), "w0", text -> ended(text)));
            staggered(() -> ours.stream(chat("paced-10-50"), "w0", text -> ended(text)));
        }
        direct.firstByteNanos.clear();
        ours.firstByteNanos.clear();
        staggered(() -> direct.stream(openAi("paced-10-50"), "w0", text -> ended(text)));
        staggered(() -> ours.stream(chat("paced-10-50"), "w0", text -> ended(text)));
        row(
                "time to first token, 50 paced streams, p50 ms",
                f(percentile(ours.firstByteNanos, 50)),
                f(percentile(direct.firstByteNanos, 50)),
                "+ <= 2");
        row(
                "time to first token, 50 paced streams, p99 ms",
                f(percentile(ours.firstByteNanos, 99)),
                f(percentile(direct.firstByteNanos, 99)),
                "");
    }

    private void paced() throws Exception {
        BenchmarkClient ours = new BenchmarkClient(vertx, parley.port, CHAT);
        long cpu = parley.cpuNanos();
        inParallel(400, 400, () -> ours.stream(chat("paced-200-50"), "w0", text -> complete(text, 200)));
        double micros = (parley.cpuNanos() - cpu) / 1e3 / (400 * 200);
        BenchmarkClient direct = new BenchmarkClient(vertx, raw.port, "/");
        long rawCpu = raw.cpuNanos();
        inParallel(400, 400, () -> direct.stream(openAi("paced-200-50"), "w0", text -> ended(text)));
        double rawMicros = (raw.cpuNanos() - rawCpu) / 1e3 / (400 * 200);
        row("400 streams x 20 tokens/s, streams with something lost", "" + ours.bad.get(), "" + direct.bad.get(), "0");
        row("processor time for each token at that pace, us", f(micros), f(rawMicros), "");
    }

    /** Routes that keep nothing, beside the raw bytes. */
    private void stateless() throws Exception {
        double[] direct = rate(raw.port, "/", "fast-1", ServerBenchmark::openAi, raw, 10_000);
        double perToken = perToken(raw, raw.port, "/", ServerBenchmark::openAi);
        for (String path : List.of(AI, OPENAI, AI, OPENAI)) { // warm-up
            Function<String, Buffer> body = path.equals(AI) ? ServerBenchmark::ask : ServerBenchmark::openAi;
            rate(parley.port, path, "fast-1", body, parley, 10_000);
            perToken(parley, parley.port, path, body);
        }
        for (String path : List.of(OPENAI, AI)) {
            Function<String, Buffer> body = path.equals(AI) ? ServerBenchmark::ask : ServerBenchmark::openAi;
            int asked = vendor.requests.get();
            double[] ours = rate(parley.port, path, "fast-1", body, parley, 20_000);
            row(path + ", vendor calls for 20,000 answers", "" + (vendor.requests.get() - asked), "", "20000");
            row(path + ", answers of one token, per second", f(ours[0]), f(direct[0]), ">= 3000");
            row(path + ", errors", f(ours[1]), f(direct[1]), "0");
            row("processor time for each, ms", f(ours[2]), f(direct[2]), "");
            double micros = perToken(parley, parley.port, path, body);
            row("400 streams x 20 tokens/s, processor time a token, us", f(micros), f(perToken), "");
            row("the same as a ratio", f(micros / perToken), "1", "<= 1.3");
        }
    }

    private double perToken(ServerProcess child, int port, String path, Function<String, Buffer> body) throws Exception {
        BenchmarkClient client = new BenchmarkClient(vertx, port, path);
        long cpu = child.cpuNanos();
        inParallel(400, 400, () -> client.stream(body.apply("paced-200-50"), "w0", text -> ended(text)));
        client.close();
        return client.bad.get() > 0 ? -1 : (child.cpuNanos() - cpu) / 1e3 / (400 * 200);
    }

    private void disconnects() throws Exception {
        List<Long> delays = new ArrayList<>();
        BenchmarkClient ours = new BenchmarkClient(vertx, parley.port, CHAT);
        for (int i = 0; i < 200; i++) {
            vendor.closedAtNanos.clear();
            Buffer body = chat("held").copy();
            JsonObject leaving = new JsonObject(body).put("on_disconnect", "cancel");
            long left = ours.leaveAfter(leaving.toBuffer(), "w0").await(10, TimeUnit.SECONDS);
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (vendor.closedAtNanos.isEmpty() && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            delays.add(vendor.closedAtNanos.isEmpty() ? 5_000_000_000L : vendor.closedAtNanos.peek() - left);
        }
        row("client leaves -> vendor's socket closed, 200 times, p50 ms", f(percentile(delays, 50)), "", "");
        row("client leaves -> vendor's socket closed, 200 times, p99 ms", f(percentile(delays, 99)), "", "<= 100");
    }

    private void cuts() throws Exception {
        Random random = new Random(42);
        BenchmarkClient ours = new BenchmarkClient(vertx, parley.port, CHAT);
        int before = BenchmarkProvider.lengthBeforeEnd();
        int asked = vendor.requests.get();
        inParallel(
                8,
                200,
                () -> ours.stream(
                        chat("cut-" + random.nextInt(1, before)), "w0", text -> !text.contains("event: done")));
        row("vendor cut at 200 random bytes, calls that were cut", "" + (vendor.requests.get() - asked), "", ">= 200");
        row("of those, false done", "" + ours.bad.get(), "", "0");
    }

    private void openStreams() throws Exception {
        BenchmarkClient ours = new BenchmarkClient(vertx, parley.port, CHAT);
        long live = parley.liveBytes();
        long before = parley.rssBytes();
        int streams = 5_000;
        inParallel(50, streams, () -> ours.hold(chat("held"), "w0"));
        vertx.timer(2_000).await(5, TimeUnit.SECONDS);
        double kilobytes = (parley.rssBytes() - before) / 1e3 / streams;
        row("5,000 open streams, kB of resident memory for each", f(kilobytes), "", "<= 40");
        row("5,000 open streams, kB of live heap for each", f((parley.liveBytes() - live) / 1e3 / streams), "", "");
        row("5,000 open streams, dropped", "" + ours.bad.get(), "", "0");
        ours.close();
    }

    // ---- what is sent, and what must come
    // --------------------------------------------------------------------------------------

    private static Buffer chat(String model) {
        return new JsonObject()
                .put("context_id", "default")
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "hello")))
                .put("model", model)
                .put("extract_flows", false)
                .toBuffer();
    }

    private static Buffer openAi(String model) {
        return new JsonObject()
                .put("model", model)
                .put("stream", true)
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "hello")))
                .toBuffer();
    }

    private static Buffer ask(String model) {
        JsonObject body = new JsonObject(openAi(model));
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
        AtomicInteger left = new AtomicInteger(total);
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            all.add(next(left, work));
        }
        Future.all(all).await(180, TimeUnit.SECONDS);
    }

    private static Future<Void> next(AtomicInteger left, Supplier<Future<Void>> work) {
        return left.getAndDecrement() <= 0
                ? Future.succeededFuture()
                : work.get().compose(_ -> next(left, work));
    }

    /** Fifty at a time, each begun at a moment of its own, eight one after the other. */
    private void staggered(Supplier<Future<Void>> work) throws Exception {
        Random random = new Random(1);
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            AtomicInteger left = new AtomicInteger(8);
            all.add(vertx.timer(1 + random.nextInt(600)).compose(_ -> next(left, work)));
        }
        Future.all(all).await(60, TimeUnit.SECONDS);
    }

    private static double percentile(Collection<Long> nanos, int percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty() ? -1 : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1e6;
    }

    private static String f(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2f", value);
    }

    private void row(String what, String ours, String direct, String aim) {
        System.out.printf(Locale.ROOT, "%-62s %12s %12s %10s%n", what, ours, direct, aim);
    }
}
