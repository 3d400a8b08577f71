package io.parley.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Task finder of the demo provider")
class TaskFinderTest {

    private static final LocalDate SATURDAY = LocalDate.parse("2026-11-21");

    @ParameterizedTest
    @DisplayName("finds tasks that the text announces")
    @CsvSource(delimiter = '|', textBlock = """
            I need to book a flight and call the client                    | Book a flight / Call the client
            I need to book a flight and I have to call the client.         | Book a flight / Call the client
            Hi! Today I must pay the rent, water the plants, and then call Bob. | Pay the rent / Water the plants / Call Bob
            remind me to send the report                                   | Send the report
            Can you remind me to send the report?                          | Send the report
            Please book the table for Ann, thanks                          | Book the table for Ann
            Don't forget to feed the cat!                                  | Feed the cat
            todo: fix the bike                                             | Fix the bike
            I should renew v2.1 of the contract                            | Renew v2.1 of the contract
            I've got to see the dentist                                    | See the dentist
            We still have to paint the wall                                | Paint the wall
            I need to buy milk and eggs and the bread                      | Buy milk and eggs and the bread
            I need to fly to Paris and Rome                                | Fly to Paris and Rome
            I have to call mom. I have to call Mom.                        | Call mom
            """)
    void announced(String text, String titles) {
        assertThat(find(text).stream().map(Task::title).collect(Collectors.joining(" / ")))
                .isEqualTo(titles);
    }

    @Test
    @DisplayName("finds the items of a list after an announcement, and no others")
    void list() {
        assertThat(
                        find(
                                "My plan:\n- think\n\nThings I need to do:\n- pay rent\n* [ ] call mom\n2. water plants\n\nThat is all.\n- bye bye"))
                .extracting(Task::title)
                .containsExactly("Pay rent", "Call mom", "Water plants");
    }

    @ParameterizedTest
    @DisplayName("finds nothing in a text without tasks")
    @ValueSource(
            strings = {
                "",
                "What is the capital of France?",
                "Do I need to book a flight?",
                "I don't need to book a flight.",
                "Please tell me a story.",
                "The needy and the musty shoulder pleased us.",
                "I need to.",
                "I must!!!",
                "🙂",
            })
    void nothing(String text) {
        assertThat(find(text)).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("finds due date and priority")
    @CsvSource({
        "I need to call the client tomorrow, Call the client, medium, 2026-11-22",
        "I need to call the client by next Monday, Call the client, medium, 2026-11-23",
        "I must call the client on 2027-01-02, Call the client, medium, 2027-01-02",
        "I must call the client in 3 days, Call the client, medium, 2026-11-24",
        "I must call the client today asap, Call the client, high, 2026-11-21",
        "URGENT: I must call the client, Call the client, high,",
        "I have to clean the attic someday, Clean the attic, low,",
        "I must leave on 2027-13-45, Leave on 2027-13-45, medium,",
    })
    void dueAndPriority(String text, String title, String priority, LocalDate due) {
        assertThat(find(text)).containsExactly(new Task(title, priority, Optional.ofNullable(due)));
    }

    @Test
    @DisplayName("sets no due date when the current date is unknown")
    void noToday() {
        assertThat(new TaskFinder(Optional.empty()).find(List.of("I must call Ann tomorrow")))
                .containsExactly(new Task("Call Ann tomorrow", "medium", Optional.empty()));
    }

    @Test
    @DisplayName("returns at most 20 tasks, with titles of at most 200 code points")
    void limits() {
        String manyTasks = IntStream.range(0, 30)
                .mapToObj(each -> "I must do thing " + each + ".")
                .collect(Collectors.joining(" "));
        assertThat(find(manyTasks)).hasSize(20);
        String title = find("I must " + "👋a".repeat(300)).getFirst().title();
        assertThat(title.codePointCount(0, title.length())).isEqualTo(200);
    }

    @Test
    @DisplayName("handles a long text in less than two seconds")
    void longText() {
        String text = "i need to and then , please ".repeat(20_000) + " ".repeat(100_000) + "- ".repeat(50_000);
        long startedAt = System.nanoTime();
        find(text);
        assertThat(System.nanoTime() - startedAt).isLessThan(2_000_000_000L);
    }

    private static List<Task> find(String text) {
        return new TaskFinder(Optional.of(SATURDAY)).find(List.of(text));
    }
}
