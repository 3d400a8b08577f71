package io.parley.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.TestApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What clients see of every fault of a provider, through a whole server: exactly what {@code docs/faults.md} says. With {@code
 * -Dfaults.write=true} the table is written from the observations; read it before you commit it.
 */
final class FaultTableTest {

    private static final Path PAGE = Path.of("docs/faults.md");
    private static final String TABLE_SEPARATOR = "|---";
    private static final boolean WRITE = Boolean.getBoolean("faults.write");
    private static final List<String> ROWS = new ArrayList<>();
    private static final int MAX_CALLS = 3;
    private static final int KEY = 3;

    @TempDir
    private Path data;

    static Stream<Arguments> faults() {
        return ProviderFaultCase.all()
                .flatMap(fault -> Stream.of(Arguments.of(fault, false), Arguments.of(fault, true)));
    }

    @ParameterizedTest(name = "{0}; another provider: {1}")
    @MethodSource("faults")
    @DisplayName("for each provider fault, a client sees what the table says, after at most three calls")
    void observed(ProviderFaultCase fault, boolean another) throws Exception {
        try (FakeProvider first = FakeProvider.start();
                FakeProvider other = FakeProvider.start();
                TestApp app = TestApp.start(data, settings(fault, another, first, other))) {
            other.defaultScript(ProviderScripts.answer(ProviderWireFormat.OPENAI, "Good", " day"));
            first.defaultScript(fault.then());
            for (int i = 0; i < fault.before(); i++) {
                StreamingRoute.ANSWER.request(app, fault.keepalives());
            }
            List<String> cells = new ArrayList<>(List.of(fault.id(), fault.description(), another ? "yes" : "no"));
            for (StreamingRoute route : StreamingRoute.values()) {
                int before = calls(first, other);
                fault.first().forEach(first::enqueue);
                ObservedAnswer observed = route.request(app, fault.keepalives());
                assertThat(observed.terminals()).as(route + ": " + observed).isEqualTo(1);
                assertThat(calls(first, other) - before)
                        .as(route + ": " + observed)
                        .isLessThanOrEqualTo(MAX_CALLS);
                cells.add(observed.toString());
            }
            check(cells);
        }
    }

    private static int calls(FakeProvider first, FakeProvider other) {
        return Math.toIntExact(Stream.of(first, other)
                .flatMap(provider -> provider.exchanges().stream())
                .filter(exchange -> !exchange.body().isEmpty()) // probes have no body
                .count());
    }

    private static void check(List<String> cells) throws Exception {
        if (WRITE) {
            ROWS.add(row(cells));
            return;
        }
        List<List<String>> table = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| "))
                .map(FaultTableTest::cells)
                .toList();
        String key = row(cells.subList(0, KEY));
        List<List<String>> rows = table.stream()
                .filter(row ->
                        row.size() == cells.size() && row(row.subList(0, KEY)).equals(key))
                .toList();
        assertThat(rows).as(PAGE + " has one row " + key).hasSize(1);
        assertThat(differences(table.getFirst(), rows.getFirst(), cells)).isEmpty();
    }

    /** One line for each cell that differs from the page. */
    private static String differences(List<String> names, List<String> expected, List<String> observed) {
        return IntStream.range(KEY, observed.size())
                .filter(i -> !observed.get(i).equals(expected.get(i)))
                .mapToObj(i -> "%n%s column %s: observed \"%s\", expected \"%s\""
                        .formatted(row(observed.subList(0, KEY)), names.get(i), observed.get(i), expected.get(i)))
                .collect(Collectors.joining());
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static List<String> cells(String row) {
        return List.of(row.substring(2, row.length() - 2).split(" \\| ", -1));
    }

    @AfterAll
    static void write() throws Exception {
        if (WRITE) {
            List<String> text = Files.readAllLines(PAGE).stream()
                    .filter(line -> !line.startsWith("|"))
                    .collect(Collectors.toCollection(ArrayList::new));
            List<String> table = new ArrayList<>();
            List<String> names = new ArrayList<>(List.of("", "The provider", "Another provider"));
            Stream.of(StreamingRoute.values()).forEach(route -> names.add("`" + route.path() + "`"));
            table.add(row(names));
            table.add((TABLE_SEPARATOR.repeat(names.size()) + "|"));
            table.addAll(ROWS);
            text.addAll(text.indexOf("<!-- table -->") + 1, table);
            Files.write(PAGE, text);
        }
    }

    private static Map<String, String> settings(
            ProviderFaultCase fault, boolean withFallback, FakeProvider first, FakeProvider other) {
        Map<String, String> all = new HashMap<>(Map.of(
                "demo.enabled", "false",
                "gateway.provider", "first",
                "gateway.retry.pause", "1ms",
                "provider.timeouts.connect", "500ms",
                "provider.timeouts.headers", "400ms",
                "provider.timeouts.first-token", "400ms",
                "provider.timeouts.between-tokens", "400ms"));
        all.putAll(first.settings("first", fault.wire(), "one"));
        if (withFallback) {
            all.putAll(other.settings("other", ProviderWireFormat.OPENAI, "two"));
        }
        fault.settings().forEach((name, value) -> all.put(name, value.replace("{first}", "127.0.0.1:" + first.port())));
        return all;
    }
}
