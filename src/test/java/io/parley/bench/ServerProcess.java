package io.parley.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs a server in a separate process and reads its CPU time and memory from outside. */
final class ServerProcess implements AutoCloseable {

    private static final long TICK_NANOS = 10_000_000;

    private final Process process;
    private final Path output;
    final int port;

    private ServerProcess(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /** Starts {@code main} with the class path of this process; {@code ready} finds its port in its output. */
    static ServerProcess start(String main, List<String> args, Map<String, String> environment, Pattern ready)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms512m",
                "-Xmx1g",
                "-XX:+UseParallelGC",
                "-Dio.netty.jfr.enabled=false",
                "-Dvertx.logger-delegate-factory-class-name=io.vertx.core.logging.SLF4JLogDelegateFactory",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(command.indexOf("-cp"), options());
        command.addAll(args);
        Path output = Files.createTempFile("parley-bench-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> copy(process, output, ready, port));
        return new ServerProcess(process, output, port.get(60, TimeUnit.SECONDS));
    }

    /** Additional JVM options, for example for profiling. */
    private static List<String> options() {
        String more = System.getenv().getOrDefault("BENCH_JAVA_OPTS", "").strip();
        return more.isEmpty() ? List.of() : List.of(more.split("\\s+"));
    }

    private static void copy(Process process, Path output, Pattern ready, CompletableFuture<Integer> port) {
        try (BufferedReader lines = process.inputReader();
                var file = Files.newBufferedWriter(output)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                file.write(line);
                file.newLine();
                Matcher matcher = ready.matcher(line);
                if (matcher.find()) {
                    port.complete(Integer.parseInt(matcher.group(1)));
                }
            }
            port.completeExceptionally(new IOException("the process ended before it was ready, see " + output));
        } catch (IOException e) {
            port.completeExceptionally(e);
        }
    }

    /** User and system CPU time so far. */
    long cpuTimeNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc", "" + process.pid(), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS;
    }

    /** Resident memory. */
    long rssBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", "" + process.pid(), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    /** Live bytes on the heap, after a collection. */
    long liveBytes() throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process histogram = new ProcessBuilder(jcmd.toString(), "" + process.pid(), "GC.class_histogram").start();
        try (BufferedReader lines = histogram.inputReader()) {
            return lines.lines()
                    .filter(line -> line.startsWith("Total"))
                    .mapToLong(line -> Long.parseLong(line.trim().split("\\s+")[2]))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Live bytes on the heap by class. */
    Map<String, Long> liveClasses() throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process histogram = new ProcessBuilder(jcmd.toString(), "" + process.pid(), "GC.class_histogram").start();
        try (BufferedReader lines = histogram.inputReader()) {
            return lines.lines()
                    .map(line -> line.trim().split("\\s+"))
                    .filter(fields -> fields.length >= 4 && fields[0].endsWith(":"))
                    .collect(Collectors.toMap(fields -> fields[3], fields -> Long.parseLong(fields[2]), Long::sum));
        }
    }

    /** Kills the process without running its shutdown hooks. */
    void kill() throws Exception {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    /** Number of lines in the log that contain {@code text}. */
    long countLogLines(String text) throws IOException {
        try (var lines = Files.lines(output)) {
            return lines.filter(line -> line.contains(text)).count();
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
