package io.parley.clients;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs client libraries of other languages as programs: each reads the environment variable PARLEY_TARGETS and prints one line of
 * JSON for each provider and feature. {@code scripts/clients} calls it.
 */
public final class ClientScripts {

    private static final int PARALLEL = 2;
    private static final int LIMIT_SECONDS = 240;
    private static final List<String> NO_TELEMETRY =
            List.of("MASTRA_TELEMETRY_DISABLED", "OPENAI_AGENTS_DISABLE_TRACING", "DO_NOT_TRACK");

    private final Path logs;
    private final String targets;

    private ClientScripts(Path logs, List<ClientTarget> targets) {
        this.logs = logs;
        JsonArray list = new JsonArray();
        targets.forEach(target -> list.add(new JsonObject()
                .put("provider", target.provider())
                .put("url", target.url())
                .put("failingUrl", target.failingUrl())
                .put("model", target.model())
                .put("embeddingModel", target.embeddingModel())));
        this.targets = list.encode();
    }

    /**
     * Runs each program, and compares the results with a table of docs/clients.md, or writes it.
     *
     * @param args the name of the table, "check" or "write", a folder for logs, and files with one program each: its arguments, one
     *     a line
     */
    public static void main(String[] args) throws Exception {
        ClientTable table = new ClientTable(args[0]);
        boolean write = args[1].equals("write");
        List<ClientResult> results;
        Path data = Files.createTempDirectory("parley-clients");
        try (ClientServers servers = ClientServers.start(data)) {
            List<Path> programs = Stream.of(args).skip(3).map(Path::of).toList();
            results = new ClientScripts(Path.of(args[2]), servers.targets()).run(programs);
        } finally {
            delete(data);
        }
        if (write) {
            table.write(results);
        }
        List<String> differences = table.differences(results);
        System.out.println("== results"); // what is above it is the log of the servers
        differences.forEach(System.out::println);
        System.out.printf(
                "%s: %d passed, %d failed%n", args[0], results.size() - differences.size(), differences.size());
        System.exit(differences.isEmpty() ? 0 : 1);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    private List<ClientResult> run(List<Path> programs) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(PARALLEL)) {
            List<Future<List<ClientResult>>> running = programs.stream()
                    .map(program -> threads.submit(() -> run(program)))
                    .toList();
            List<ClientResult> results = new ArrayList<>();
            for (Future<List<ClientResult>> one : running) {
                results.addAll(one.get());
            }
            return results;
        }
    }

    private List<ClientResult> run(Path program) throws Exception {
        String name = String.valueOf(program.getFileName());
        Path output = logs.resolve(name + ".out");
        ProcessBuilder builder = new ProcessBuilder(Files.readAllLines(program))
                .redirectOutput(output.toFile())
                .redirectError(logs.resolve(name + ".err").toFile());
        builder.environment().put("PARLEY_TARGETS", targets);
        NO_TELEMETRY.forEach(variable -> builder.environment().put(variable, "1"));
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                System.out.println(name + ": stopped after " + LIMIT_SECONDS + " s");
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return Files.readAllLines(output).stream()
                .filter(line -> line.startsWith("{\"client\""))
                .map(JsonObject::new)
                .map(ClientResult::of)
                .toList();
    }
}
