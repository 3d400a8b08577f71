package io.parley.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The demo vendor's answer")
class WitTest {

    @Test
    @DisplayName(
            "to a conversation between two bots takes up the other's last words, never repeats itself, and is always the same")
    void twoBots() {
        List<String> first = dialogue();
        assertThat(new HashSet<>(first)).hasSize(first.size());
        for (int turn = 1; turn < first.size(); turn++) {
            String[] words = first.get(turn - 1).replaceAll("[.?!:“”]", "").split(" ");
            assertThat(first.get(turn)).contains("“").contains(words[words.length - 2] + " " + words[words.length - 1]);
        }
        assertThat(first).allSatisfy(reply -> assertThat(reply).contains("tabs are better than spaces"));
        assertThat(first.get(0)).startsWith("Speaking as careful historian: ");
        assertThat(dialogue()).isEqualTo(first);
    }

    @Test
    @DisplayName("to somebody who has something to do names it")
    void tasks() {
        assertThat(Wit.reply(List.of(new Line("user", "I need to book a flight and call the client"))))
                .startsWith("I can help")
                .contains("book a flight; call the client");
    }

    @Test
    @DisplayName("to a greeting is one, and to nothing, too")
    void greeting() {
        assertThat(Wit.reply(List.of(new Line("user", "Hello there!")))).startsWith("Hello!");
        assertThat(Wit.reply(List.of(new Line("user", " ")))).startsWith("Hello!");
        assertThat(Wit.reply(List.of(new Line("system", "x")))).startsWith("Hello!");
    }

    @Test
    @DisplayName("to the question for flows looks at what the user said, and only at that")
    void flows() {
        JsonArray transcript = new JsonArray()
                .add(new JsonObject().put("role", "user").put("content", "I must call Ann tomorrow"))
                .add(new JsonObject().put("role", "assistant").put("content", "I need to rob a bank"))
                .add(new JsonObject().put("role", "user").put("content", "Nothing else."));
        List<Line> asked = List.of(
                new Line("system", "You have to find tasks. Today is 2026-11-21"),
                new Line("user", transcript.encode()));
        assertThat(new JsonObject(Wit.flows(asked))).isEqualTo(new JsonObject("""
                {"flows":[{"title":"Call Ann","description":null,"priority":"medium","due_date":"2026-11-22"}]}"""));
        assertThat(Wit.flows(List.of(new Line("user", "[]")))).isEqualTo("{\"flows\":[]}");
        assertThat(Wit.flows(List.of(new Line("user", "[null, 7, {\"role\":1}]"))))
                .isEqualTo("{\"flows\":[]}");
    }

    private static List<String> dialogue() {
        List<String> said = new ArrayList<>();
        List<String> prompts = List.of("You are a careful historian.", "You are a bold poet. Be short.");
        for (int turn = 0; turn < 8; turn++) {
            List<Line> lines = new ArrayList<>();
            lines.add(new Line("system", prompts.get(turn % 2)));
            lines.add(new Line("user", "tabs are better than spaces"));
            for (int at = 0; at < said.size(); at++) {
                lines.add(new Line(at % 2 == turn % 2 ? "assistant" : "user", said.get(at)));
            }
            said.add(Wit.reply(lines));
        }
        return said;
    }
}
