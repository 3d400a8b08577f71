package io.parley.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reads the Dockerfile; the tests do not need Docker. */
class DockerfileTest {

    private final List<Instruction> image = instructions();

    @Test
    @DisplayName("every base image has an exact version")
    void pinned() {
        assertThat(all("FROM"))
                .hasSize(2)
                .allSatisfy(from -> assertThat(from)
                        .matches("[a-z./-]+:\\d+(\\.\\d+)+[A-Za-z0-9_.-]*( AS [a-z]+)?")
                        .doesNotContain("latest"));
        assertThat(all("FROM").getLast()).startsWith("eclipse-temurin:25").contains("-jre-");
    }

    @Test
    @DisplayName("the server runs as a numeric non-root user, to the last line")
    void notRoot() {
        assertThat(all("USER")).containsExactly("10001:10001");
        int user = names().lastIndexOf("USER");
        assertThat(names().subList(user, names().size())).doesNotContain("RUN", "COPY", "ADD");
    }

    @Test
    @DisplayName("java itself is process 1, so that it receives SIGTERM")
    void execForm() {
        assertThat(all("ENTRYPOINT"))
                .singleElement()
                .asString()
                .startsWith("[\"java\", ")
                .endsWith("\"parley.jar\"]");
        assertThat(all("STOPSIGNAL")).containsExactly("SIGTERM");
        assertThat(all("CMD")).isEmpty();
        assertThat(all("RUN")).allSatisfy(run -> assertThat(run).startsWith("["));
    }

    @Test
    @DisplayName("the health check is a class of the image, not a tool that has to be installed")
    void health() throws Exception {
        assertThat(all("HEALTHCHECK"))
                .singleElement()
                .asString()
                .contains("CMD [\"java\", ")
                .endsWith("\"io.parley.HealthCheck\"]");
    }

    @Test
    @DisplayName("the build fetches nothing from a URL and contains no secret")
    void nothingFromOutside() {
        assertThat(names()).doesNotContain("ADD", "ARG");
        assertThat(image).allSatisfy(instruction -> {
            assertThat(instruction.rest()).doesNotContainPattern("https?://|curl|wget|apt-get|sudo");
            assertThat(instruction.rest()).doesNotContainPattern("(?i)(KEY|SECRET|PASSWORD|TOKEN)\\s*=");
        });
    }

    @Test
    @DisplayName("the build context contains only what the build needs")
    void ignored() throws IOException {
        assertThat(Files.readAllLines(Path.of(".dockerignore")))
                .containsExactly("*", "!pom.xml", "!src/main", "!conf/parley.yaml", "!conf/prices.yaml");
    }

    private List<String> all(String name) {
        return image.stream()
                .filter(each -> each.name().equals(name))
                .map(Instruction::rest)
                .toList();
    }

    private List<String> names() {
        return image.stream().map(Instruction::name).toList();
    }

    private static List<Instruction> instructions() {
        try {
            return Files.readString(Path.of("Dockerfile"))
                    .replaceAll("(?m)^#.*\\R?", "")
                    .replaceAll("\\\\\\R\\s*", "")
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> new Instruction(
                            line.substring(0, line.indexOf(' ')),
                            line.substring(line.indexOf(' ') + 1).strip()))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private record Instruction(String name, String rest) {}
}
