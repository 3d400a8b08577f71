package io.parley.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One of the tables of {@code docs/clients.md}, between its markers, and the list of reasons below it. */
final class ClientTable {

    private static final Path PAGE = Path.of("docs/clients.md");

    private final String begin;
    private final String end;

    /** @param name of the table's markers */
    ClientTable(String name) {
        this.begin = "<!-- " + name + " -->";
        this.end = "<!-- end of " + name + " -->";
    }

    /** Returns one line for each cell of which the page says something else. */
    List<String> differences(List<ClientResult> results) throws IOException {
        Map<String, String> expected = expected();
        Map<String, ClientResult> observed = new LinkedHashMap<>();
        results.forEach(result -> observed.put(key(result), result));
        Stream<String> changed = observed.entrySet().stream()
                .filter(cell -> !cell.getValue().outcome().word().equals(expected.getOrDefault(cell.getKey(), "")))
                .map(cell -> "%s: expected \"%s\", observed \"%s\" %s"
                        .formatted(
                                cell.getKey(),
                                expected.getOrDefault(cell.getKey(), ""),
                                cell.getValue().outcome().word(),
                                cell.getValue().reason()));
        Stream<String> missing = expected.keySet().stream()
                .filter(key -> !observed.containsKey(key))
                .map(key -> key + ": was not tried");
        return Stream.concat(changed, missing).toList();
    }

    /** Replaces the table of the page. */
    void write(List<ClientResult> results) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        List<String> text = new ArrayList<>(lines.subList(0, lines.indexOf(begin) + 1));
        text.addAll(table(results));
        text.addAll(reasons(results));
        text.addAll(lines.subList(lines.indexOf(end), lines.size()));
        Files.write(PAGE, text);
    }

    private static String key(ClientResult result) {
        return result.client() + " / " + result.provider() + " / "
                + result.feature().title();
    }

    private Map<String, String> expected() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        Map<String, String> cells = new LinkedHashMap<>();
        for (String line : lines.subList(lines.indexOf(begin), lines.indexOf(end))) {
            String[] row = line.split("\\|", -1);
            if (line.startsWith("| ") && !row[1].isBlank() && !row[1].strip().equals("Client")) {
                for (ClientFeature feature : ClientFeature.values()) {
                    String key = row[1].strip() + " / " + row[2].strip() + " / " + feature.title();
                    cells.put(key, row[feature.ordinal() + 3].strip());
                }
            }
        }
        return cells;
    }

    private static List<String> table(List<ClientResult> results) {
        List<String> titles = Stream.concat(
                        Stream.of("Client", "Provider"),
                        Stream.of(ClientFeature.values()).map(ClientFeature::title))
                .toList();
        List<String> table = new ArrayList<>(List.of(row(titles), "|---".repeat(titles.size()) + "|"));
        Map<List<String>, List<ClientResult>> rows = results.stream()
                .collect(Collectors.groupingBy(
                        result -> List.of(result.client(), result.provider()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        rows.forEach((names, cells) -> table.add(row(Stream.concat(
                        names.stream(), Stream.of(ClientFeature.values()).map(feature -> word(cells, feature)))
                .toList())));
        return table;
    }

    private static String word(List<ClientResult> cells, ClientFeature feature) {
        return cells.stream()
                .filter(cell -> cell.feature() == feature)
                .map(cell -> cell.outcome().word())
                .findFirst()
                .orElse(ClientResult.Outcome.NOT_OFFERED.word());
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** One item for each reason of a library, with all features that it is about. */
    private static List<String> reasons(List<ClientResult> results) {
        Map<List<String>, List<ClientResult>> cells = results.stream()
                .filter(result -> !result.reason().isEmpty())
                .collect(Collectors.groupingBy(
                        result -> List.of(result.client(), result.reason()), LinkedHashMap::new, Collectors.toList()));
        List<String> lines = new ArrayList<>();
        cells.forEach((names, same) -> lines.add("- %s, %s: `%s`"
                .formatted(names.getFirst(), features(same), names.getLast().replace('`', '\''))));
        if (!lines.isEmpty()) {
            lines.addFirst("");
        }
        return lines;
    }

    private static String features(List<ClientResult> results) {
        Map<ClientFeature, List<String>> providers = results.stream()
                .collect(Collectors.groupingBy(
                        ClientResult::feature,
                        TreeMap::new,
                        Collectors.mapping(ClientResult::provider, Collectors.toList())));
        return providers.entrySet().stream()
                .map(entry -> entry.getKey().title() + " (" + String.join(", ", entry.getValue()) + ")")
                .collect(Collectors.joining(", "));
    }
}
