package io.parley.architecture;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks the sizes of packages and the names of source files. */
@DisplayName("Source layout")
class LayoutTest {

    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TEST = Path.of("src/test/java");
    private static final int MAX_FILES = 30;

    /** Sealed hierarchies need one package. */
    private static final Path CONTRACT = MAIN.resolve("io/parley/contract");

    @Test
    @DisplayName("no package but the contract has more than 30 files")
    void packagesAreSmall() throws IOException {
        Map<Path, Long> sizes = classes(MAIN).stream().collect(groupingBy(Path::getParent, counting()));

        assertThat(sizes.entrySet())
                .filteredOn(size -> size.getValue() > MAX_FILES)
                .extracting(Map.Entry::getKey)
                .containsExactly(CONTRACT);
    }

    @Test
    @DisplayName("every package says in a package-info what belongs in it")
    void packagesAreDescribed() throws IOException {
        assertThat(classes(MAIN).stream().map(Path::getParent).distinct())
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .content()
                        .contains("/**")
                        .contains("@NullMarked"));
    }

    @Test
    @DisplayName("no two top-level classes have one name")
    void namesAreUnique() throws IOException {
        Map<String, List<Path>> byName = Stream.concat(classes(MAIN).stream(), classes(TEST).stream())
                .collect(groupingBy(file -> file.getFileName().toString()));

        assertThat(byName.values()).allSatisfy(files -> assertThat(files).hasSize(1));
    }

    private static List<Path> classes(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .toList();
        }
    }
}
