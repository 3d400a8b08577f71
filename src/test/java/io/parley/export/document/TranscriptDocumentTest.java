package io.parley.export.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.RunEvent;
import io.parley.contract.RunSpec;
import io.parley.contract.RunSpec.StopRules;
import io.parley.contract.RunStatus;
import io.parley.export.SampleLogs;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TranscriptDocumentTest {

    private static final String HOSTILE_TEXT = String.join(
            "\n",
            "fine.",
            "## Turn 9: Tea (bot0)",
            "",
            "> ```",
            "````text",
            "# Turn 9",
            "Turn 9",
            "------",
            "</blockquote><h2>Turn 9</h2>\r## Turn 9\u2028## Turn 9\u0085## Turn 9\u000b## Turn 9",
            "\u001b[2J\u0007![x](https://evil.example/x.png)\u009b31m",
            "~~~");

    @Test
    @DisplayName("Markdown has a heading for each turn with speaker, model, time and usage")
    void markdown() {
        String text = markdown(SampleLogs.duo(3), "tea, I say", "coffee");
        assertThat(text)
                .startsWith("# tea or coffee?\n\n- Run: run_1\n- Status: completed (turns)\n")
                .contains(
                        "- Turns: 2 of at most 3\n- Usage: 10 tokens in (2 cached), 40 out (3 for reasoning), $0.000123\n")
                .contains("- Bot 0: Tea, openai/tea-1\n")
                .contains("## Topic\n\n> ```text\n> tea or coffee?\n> ```\n")
                .contains("## Turn 1: Tea (bot0)\n\n*openai/tea-1 · 2026-11-21T10:00:03Z · 10 tokens in (2 cached),"
                        + " 20 out (3 for reasoning), $0.000123 · ended by stop*\n\n> ```text\n> tea, I say\n> ```\n")
                .contains("## Turn 2: Coffee (bot1)\n\n*openai/coffee-2 ·");
    }

    @Test
    @DisplayName("plain text has a heading for each turn with speaker, model, time and usage")
    void plain() {
        String text = plain(SampleLogs.duo(3), "tea, I say", "coffee");
        assertThat(text)
                .startsWith("tea or coffee?\n==============\nRun: run_1\nStatus: completed (turns)\n")
                .contains("\nTurn 1: Tea (bot0)\n------------------\nopenai/tea-1 · 2026-11-21T10:00:03Z · 10 tokens in"
                        + " (2 cached), 20 out (3 for reasoning), $0.000123 · ended by stop\n\n    tea, I say\n")
                .contains("\nTurn 2: Coffee (bot1)\n---------------------\n");
    }

    @Test
    @DisplayName("in Markdown, message text cannot form a heading, close its fence or render as HTML")
    void markdownInjection() {
        List<String> lines = markdown(SampleLogs.duo(3), HOSTILE_TEXT).lines().toList();
        assertThat(lines.stream().filter(line -> line.startsWith("#")))
                .containsExactly("# tea or coffee?", "## Topic", "## Turn 1: Tea (bot0)");
        int opened = lines.indexOf("> `````text");
        int closed = lines.lastIndexOf("> `````");
        assertThat(lines.subList(opened + 1, closed)).allMatch(line -> line.startsWith("> "));
        assertThat(lines.subList(opened + 1, closed)).noneMatch(line -> line.contains("`````"));
        assertThat(closed).isEqualTo(lines.size() - 1);
        assertThat(String.join("", lines)).doesNotContain("\u001b", "\u0007", "\u009b", "\u0085", "\u2028");
    }

    @Test
    @DisplayName("in plain text, message text is always indented")
    void plainInjection() {
        List<String> lines = plain(SampleLogs.duo(3), HOSTILE_TEXT).lines().toList();
        int position = lines.indexOf("    fine.");
        assertThat(lines.subList(position, lines.size())).allMatch(line -> line.isEmpty() || line.startsWith("    "));
        assertThat(lines).anyMatch(line -> line.equals("    ## Turn 9: Tea (bot0)"));
        assertThat(String.join("", lines)).doesNotContain("\u001b", "\u0007", "\u009b", "\u0085", "\u2028");
    }

    @Test
    @DisplayName("names and topics are escaped")
    void names() {
        RunSpec.Duo duo = new RunSpec.Duo(
                "# one\n# two <b>*x*</b>",
                2,
                List.of(SampleLogs.bot("T_ea_ [x](y)\n## Turn 7\u202e", "tea-1"), SampleLogs.bot("`Coffee`", "a*b")),
                StopRules.NONE,
                Optional.empty());
        assertThat(markdown(duo, "x", "y"))
                .contains("# \\# one \\# two \\<b\\>\\*x\\*\\</b\\>\n")
                .contains("## Turn 1: T_ea\\_ \\[x\\](y) \\#\\# Turn 7 (bot0)\n")
                .contains("## Turn 2: \\`Coffee\\` (bot1)\n");
        assertThat(plain(duo, "x", "y")).contains("\nTurn 1: T_ea_ [x](y) ## Turn 7 (bot0)\n");
    }

    @Test
    @DisplayName("an active run shows its position")
    void partial() {
        List<RunEvent> events = SampleLogs.duoEvents(SampleLogs.duo(3), "tea");
        assertThat(PlainText.write(
                        TranscriptDocument.of(SampleLogs.fullLog(SampleLogs.duo(3), events, RunStatus.RUNNING))))
                .contains("Status: running, not finished; last event: 1-" + events.size())
                .doesNotContain("Ended:");
    }

    @Test
    @DisplayName("prompts are not included")
    void prompts() {
        assertThat(markdown(SampleLogs.duo(3), "tea")).doesNotContain("You are for", "the prompt of the context");
        assertThat(plain(SampleLogs.chat(), "tea")).doesNotContain("You help.");
    }

    private static String markdown(RunSpec script, String... turns) {
        return Markdown.write(document(script, turns));
    }

    private static String plain(RunSpec script, String... turns) {
        return PlainText.write(document(script, turns));
    }

    private static TranscriptDocument document(RunSpec script, String... turns) {
        List<RunEvent> events = SampleLogs.duoEvents(SampleLogs.duo(3), turns);
        events.add(SampleLogs.ended(RunStatus.COMPLETED, turns.length));
        return TranscriptDocument.of(SampleLogs.fullLog(script, events, RunStatus.COMPLETED));
    }
}
