package io.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinksTest {

    private static final Pattern LINK = Pattern.compile("]\\((?!https?://|#)([^)#\\s]+)");

    static Stream<Path> pages() throws Exception {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
                                    .map(Path::of),
                            docs.toList().stream())
                    .filter(page -> page.toString().endsWith(".md"));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    @DisplayName("every link of a page has a target")
    void linksHold(Path page) throws Exception {
        assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
                .allSatisfy(target -> assertThat(Path.of(".").resolve(page).resolveSibling(target))
                        .exists());
    }
}
