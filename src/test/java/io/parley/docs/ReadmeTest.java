package io.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.HttpTestClient;
import io.parley.testing.SseTestClient;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the example program of docs/event-bus.md and runs it as a process of its own. */
class ReadmeTest {

    private static final Path PAGE = Path.of("docs/event-bus.md");
    private static final Pattern PROGRAM =
            Pattern.compile("```java\n((?:(?!```).)*?public final class (\\w+) (?:(?!```).)*)```", Pattern.DOTALL);
    private static final int TIMEOUT_SECONDS = 60;

    @TempDir
    private Path folder;

    private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();
    private Process process;

    @AfterEach
    void killProcess() {
        process.destroyForcibly();
    }

    @Test
    @DisplayName(
            "the program that subscribes to facts compiles, runs, and receives the facts of a chat and a two-agent run")
    void facts() throws Exception {
        start(compile());
        int port = Integer.parseInt(line("Parley is at port ").replaceAll("\\D", ""));
        try (HttpTestClient http = new HttpTestClient(port)) {
            String chat;
            try (SseTestClient stream = http.stream("POST", "/api/v1/conversations/stream", """
                            {"context_id":"default","messages":[{"role":"user","content":"I need to book a flight to Oslo."}]}""")) {
                stream.remaining();
                chat = stream.header("X-Run-Id").orElseThrow();
            }
            assertThat(fact("run.started", chat).getString("kind")).isEqualTo("chat");
            assertThat(fact("turn.completed", chat).getString("text")).isNotBlank();
            assertThat(fact("flow.extracted", chat).getJsonObject("flow").encode())
                    .containsIgnoringCase("flight");
            assertThat(fact("run.ended", chat).getString("status")).isEqualTo("COMPLETED");
            String duo =
                    HttpTestClient.json(http.post("/api/run", """
                            {"topic":"tea or coffee?","max_turns":2,"bots":[{"prompt":"tea"},{"prompt":"coffee"}]}""")).path("id").asText();
            assertThat(fact("run.started", duo).getString("kind")).isEqualTo("duo");
            assertThat(fact("turn.completed", duo).getString("speaker")).isEqualTo("BOT0");
            assertThat(fact("turn.completed", duo).getString("speaker")).isEqualTo("BOT1");
            assertThat(fact("run.ended", duo).getInteger("turns")).isEqualTo(2);
        }
    }

    /** Compiles the program into the directory and returns its class name. */
    private String compile() throws IOException {
        Matcher program = PROGRAM.matcher(Files.readString(PAGE));
        assertThat(program.find()).isTrue();
        Path source = folder.resolve(program.group(2) + ".java");
        Files.writeString(source, program.group(1));
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-Xlint:all,-classfile,-processing",
                        "-Werror",
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(status).isZero();
        return program.group(2);
    }

    private void start(String program) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dio.netty.jfr.enabled=false",
                        "-cp",
                        folder + System.getProperty("path.separator") + System.getProperty("java.class.path"),
                        program)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PORT", "0", "MANAGEMENT_PORT", "-1", "PARLEY_DEMO_TOKENS_PER_SECOND", "1000"));
        process = builder.start();
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(printed::add);
        } catch (IOException e) {
            printed.add("reading the output failed");
        }
    }

    /** Returns the next line with this prefix. */
    private String line(String prefix) throws InterruptedException {
        List<String> others = new ArrayList<>();
        while (true) {
            String line = printed.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("no line starts with '%s': %s", prefix, others).isNotNull();
            if (line.startsWith(prefix)) {
                return line;
            }
            others.add(line);
        }
    }

    private JsonObject fact(String name, String run) throws InterruptedException {
        JsonObject fact = new JsonObject(line(name + " ").substring(name.length() + 1));
        assertThat(fact.getString("run")).isEqualTo(run);
        return fact;
    }
}
