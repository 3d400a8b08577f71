package io.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Keeps retired words out of code, strings, comments, configuration and documents. */
@DisplayName("Retired words")
class RetiredWordsTest {

    private static final Path LIST = Path.of("src/test/resources/retired-words.txt");
    private static final List<String> ROOTS = List.of(
            "src/main",
            "src/test",
            "conf",
            "docs",
            "scripts",
            "README.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "Dockerfile",
            "pom.xml");
    /** Wire names that must not change, and the old name of a renamed setting in the change log. */
    private static final Pattern ALLOWED = Pattern.compile("\"vendor(_failed)?\"|journal\\.store-patience");

    private static final Pattern CAMEL = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    private static final Pattern WORDS = words(false);
    private static final Pattern RAW = words(true);

    @Test
    @DisplayName("are used in no file")
    void none() throws IOException {
        List<String> found = new ArrayList<>();
        for (String root : ROOTS) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(RetiredWordsTest::text).sorted().toList()) {
                    found.addAll(retired(file));
                }
            }
        }
        assertThat(found)
                .as("retired words; " + LIST + " says what to write instead")
                .isEmpty();
    }

    @Test
    @DisplayName("are found in prose, identifiers and constants")
    void finds() {
        assertThat(Stream.of("Nobody waits.", "letGo()", "int MOST_ATTEMPTS = 3;", "a list of vendors", "FRONT_DOOR"))
                .allMatch(RetiredWordsTest::retired);
        assertThat(Stream.of("attempts", "cancel()", "int MAX_ATTEMPTS = 3;", "a list of providers", "algorithm"))
                .noneMatch(RetiredWordsTest::retired);
    }

    private static List<String> retired(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (retired(lines.get(i))) {
                found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
            }
        }
        return found;
    }

    private static boolean retired(String line) {
        String rest = ALLOWED.matcher(line).replaceAll("");
        String split = CAMEL.matcher(rest).replaceAll(" ").replaceAll("[_-]", " ");
        return WORDS.matcher(split).find() || RAW.matcher(rest).find();
    }

    private static boolean text(Path file) {
        return Files.isRegularFile(file)
                && !file.equals(LIST)
                && !file.endsWith("RetiredWordsTest.java")
                && file.toString().matches(".*\\.(java|ya?ml|md|xml|txt|sh|json)|.*/[A-Za-z]+|Dockerfile");
    }

    private static Pattern words(boolean raw) {
        try {
            List<String> words = Files.readAllLines(LIST).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.substring(0, line.indexOf('\t')))
                    .filter(word -> word.startsWith("raw:") == raw)
                    .map(word -> word.replaceFirst("^raw:", ""))
                    .toList();
            String all = "(?:" + String.join("|", words) + ")";
            return raw ? Pattern.compile(all) : Pattern.compile("\\b" + all + "\\b", Pattern.CASE_INSENSITIVE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
