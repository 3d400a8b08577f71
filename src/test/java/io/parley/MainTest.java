package io.parley;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as an operator sees it: log lines, signals, exit status. */
class MainTest {

    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void killProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    @DisplayName("without configuration it logs where it listens and who has access, and exits cleanly on SIGTERM")
    void startsAndStops() throws Exception {
        Process process = start(Map.of("PORT", "0", "MANAGEMENT_PORT", "0"), "--try-out");
        JsonObject listening = line(process, "Parley is listening on ");
        assertThat(listening.getString("message")).contains("http://127.0.0.1:" + listening.getInteger("port"));
        assertThat(listening.getInteger("management_port")).isPositive();
        line(process, "DEV_MODE is on");
        process.toHandle().destroy();
        line(process, "shutting down");
        line(process, "shutdown complete");
        assertThat(status(process)).isZero();
    }

    @Test
    @DisplayName("configuration errors are reported in plain sentences, with exit status 78")
    void misconfigured() throws Exception {
        Process process = start(Map.of("PORT", "eighty", "PARLEY_NONSENSE", "1"));
        assertThat(status(process)).isEqualTo(78);
        assertThat(errors())
                .startsWith("The configuration has 3 errors; the server was not started.\n  - ")
                .contains("http.port (PORT)", "PARLEY_NONSENSE", "No authentication configured")
                .doesNotContain("\tat ");
    }

    @Test
    @DisplayName("a port that is in use is reported in a plain sentence")
    void portTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            Process process = start(Map.of("PORT", port, "MANAGEMENT_PORT", "0", "DEV_MODE", "true"));
            assertThat(status(process)).isEqualTo(1);
            assertThat(errors())
                    .startsWith("Parley could not start: port " + port + " on 127.0.0.1 is already in use")
                    .endsWith("; set PORT to another port, or to 0 for any free port.\n")
                    .hasLineCount(1);
        }
    }

    @Test
    @DisplayName("a management port that is in use is reported in a plain sentence")
    void managementPortTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            Process process = start(Map.of("PORT", "0", "MANAGEMENT_PORT", port, "DEV_MODE", "true"));
            assertThat(status(process)).isEqualTo(1);
            assertThat(errors())
                    .startsWith("Parley could not start: port " + port + " on 127.0.0.1 is already in use")
                    .endsWith("; set MANAGEMENT_PORT to another port, or to 0 for any free port.\n")
                    .hasLineCount(1);
        }
    }

    @Test
    @DisplayName("a data directory that another process uses is reported in a plain sentence without a stack trace")
    void dataInUse() throws Exception {
        try (FileChannel lock = FileChannel.open(folder.resolve("parley.lock"), CREATE, WRITE)) {
            assertThat(lock.tryLock()).isNotNull();
            assertDataDirRejected(folder, "is in use by another Parley process");
        }
    }

    @Test
    @DisplayName("a data directory that cannot be created is reported in a plain sentence without a stack trace")
    void dataNotCreatable() throws Exception {
        assertDataDirRejected(Files.createFile(folder.resolve("file")).resolve("data"), "cannot be used");
    }

    private void assertDataDirRejected(Path data, String problem) throws Exception {
        Process process =
                start(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "DEV_MODE", "true", "DATA_DIR", data.toString()));
        assertThat(status(process)).isEqualTo(1);
        assertThat(errors())
                .startsWith("Parley could not start: the data directory " + data + " " + problem)
                .hasLineCount(1);
        assertThat(process.inputReader().readAllAsString()).doesNotContain("could not start", "Exception");
    }

    @Test
    @DisplayName("an unknown argument is rejected")
    void badArgument() throws Exception {
        assertThat(status(start(Map.of(), "--port=1"))).isEqualTo(64);
        assertThat(errors()).startsWith("Parley is configured by conf/parley.yaml");
    }

    private Process start(Map<String, String> variables, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.jfr.enabled=false",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String errors() throws IOException {
        return Files.readString(folder.resolve("errors"));
    }

    /** Returns the next line that starts with {@code prefix}; a busy machine may log other lines before it. */
    private static JsonObject line(Process process, String prefix) throws IOException {
        List<String> others = new ArrayList<>();
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonObject json = new JsonObject(line);
            if (json.getString("message").startsWith(prefix)) {
                return json;
            }
            others.add(line);
        }
        throw new AssertionError("no line starts with '" + prefix + "': " + others);
    }

    private static int status(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("process exited").isTrue();
        return process.exitValue();
    }
}
