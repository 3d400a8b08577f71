package io.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.ContractJson;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.Problem;
import io.parley.contract.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventBusTableTest {

    private static final Path PAGE = Path.of("docs/event-bus.md");
    private static final String MARKER = "<!-- what follows is written by EventBusTableTest -->\n";

    private final EventBusTable table = table();

    @Test
    @DisplayName("docs/event-bus.md lists every address of the contract")
    void upToDate() throws Exception {
        String page = Files.readString(PAGE);
        String wanted = page.substring(0, page.indexOf(MARKER)) + MARKER + "\n" + table.tables();
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, wanted);
        }
        assertThat(Files.readString(PAGE))
                .as("write it again with: scripts/test -Dtest=EventBusTableTest -Ddocs.write=true -Djacoco.skip=true")
                .isEqualTo(wanted);
    }

    @Test
    @DisplayName("every address is in the table")
    void complete() {
        long fields = Arrays.stream(Addresses.class.getFields()).count();
        long functions = Stream.of(Addresses.class.getDeclaredMethods())
                .filter(method -> method.getReturnType() == Ask.class || method.getReturnType() == Topic.class)
                .count();
        assertThat(table.size()).isEqualTo((int) (fields + functions));
    }

    @Test
    @DisplayName("docs/event-bus.md names every problem that a request may fail with")
    void problems() throws Exception {
        String page = Files.readString(PAGE);
        assertThat(page)
                .contains(ContractJson.MAPPER.writeValueAsString(new Problem.NotFound()))
                .contains(ContractJson.MAPPER.writeValueAsString(new Problem.RateLimited(Duration.ofSeconds(2))));
        for (Class<?> problem : Problem.class.getPermittedSubclasses()) {
            assertThat(page).containsOnlyOnce("| `" + problem.getSimpleName() + "` |");
            String row = page.substring(page.indexOf("| `" + problem.getSimpleName() + "` |"))
                    .lines()
                    .findFirst()
                    .orElseThrow();
            assertThat(problem.getRecordComponents())
                    .allSatisfy(field -> assertThat(row).contains("`" + field.getName() + "`"));
        }
    }

    private static EventBusTable table() {
        try {
            return new EventBusTable();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
