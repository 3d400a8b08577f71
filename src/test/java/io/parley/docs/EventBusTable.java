package io.parley.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the tables of all addresses from the source of the contract: names, records, and first javadoc sentences. */
final class EventBusTable {

    private static final Path CONTRACT = Path.of("src/main/java/io/parley/contract");
    private static final String DOC = "(?:/\\*\\*((?:(?!\\*/).)*)\\*/\\s*)?";
    private static final Pattern REQUEST = Pattern.compile(
            DOC
                    + "public static (?:final )?Ask<[^>]+>\\s+\\w+[^;]*?new Ask<>\\(\\s*([^,]+),\\s+([\\w.]+)\\.class,\\s+([\\w.]+)\\.class\\)",
            Pattern.DOTALL);
    private static final Pattern TOPIC = Pattern.compile(
            DOC + "public static final Topic<[^>]+>\\s+\\w+\\s*=\\s*new Topic<>\\(\\s*([^,]+),\\s+([\\w.]+)\\.class\\)",
            Pattern.DOTALL);

    private final String addresses;

    EventBusTable() throws IOException {
        addresses = Files.readString(CONTRACT.resolve("Addresses.java"));
    }

    int size() {
        return all(REQUEST).size() + all(TOPIC).size();
    }

    String tables() throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("## Requests", "", "| address | request | reply | |", "|---|---|---|---|"));
        for (MatchResult ask : all(REQUEST)) {
            lines.add("| `%s` | `%s` | `%s` | %s |"
                    .formatted(name(ask.group(2)), ask.group(3), ask.group(4), sentence(ask.group(1), ask.group(3))));
        }
        lines.addAll(List.of("", "## Facts", "", "| address | fact | |", "|---|---|---|"));
        for (MatchResult topic : all(TOPIC)) {
            lines.add("| `%s` | `%s` | %s |"
                    .formatted(name(topic.group(2)), topic.group(3), sentence(topic.group(1), topic.group(3))));
        }
        return String.join("\n", lines) + "\n";
    }

    private List<MatchResult> all(Pattern pattern) {
        return pattern.matcher(addresses).results().toList();
    }

    /** Writes {@code "provider." + name + ".open"} as {@code provider.<name>.open}. */
    private static String name(String expression) {
        return expression
                .replaceAll("\"\\s*\\+\\s*(\\w+)\\s*\\+\\s*\"", "<$1>")
                .replaceAll("^(\\w+)\\s*\\+\\s*\"", "\"<$1>")
                .replaceAll("^(\\w+)$", "\"<$1>\"")
                .replace("\"", "");
    }

    private static String sentence(@org.jspecify.annotations.Nullable String doc, String record) throws IOException {
        String text = doc == null ? recordSentence(record) : doc;
        return text.replaceAll("\\n\\s*\\* ?", " ")
                .replaceAll("\\{@(?:link|code) #?([^}]*)}", "`$1`")
                .replaceAll("\\s@param.*", "")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }

    private static String recordSentence(String record) throws IOException {
        String file = record.contains(".") ? record.substring(0, record.indexOf('.')) : record;
        String name = record.substring(record.indexOf('.') + 1);
        Matcher matcher = Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*record " + name + "\\(", Pattern.DOTALL)
                .matcher(Files.readString(CONTRACT.resolve(file + ".java")));
        return matcher.find() ? matcher.group(1) : "";
    }
}
