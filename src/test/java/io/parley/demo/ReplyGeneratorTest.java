package io.parley.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Replies of the demo provider")
class ReplyGeneratorTest {

    @Test
    @DisplayName(
            "in a dialogue of two bots, replies quote the previous message, differ from each other and are deterministic")
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
    @DisplayName("a message with tasks gets a reply that lists them")
    void tasks() {
        assertThat(ReplyGenerator.reply(
                        List.of(new DemoMessage("user", "I need to book a flight and call the client"))))
                .startsWith("I can help")
                .contains("book a flight; call the client");
    }

    @Test
    @DisplayName("a greeting or an empty message gets a greeting")
    void greeting() {
        assertThat(ReplyGenerator.reply(List.of(new DemoMessage("user", "Hello there!"))))
                .startsWith("Hello!");
        assertThat(ReplyGenerator.reply(List.of(new DemoMessage("user", " ")))).startsWith("Hello!");
        assertThat(ReplyGenerator.reply(List.of(new DemoMessage("system", "x"))))
                .startsWith("Hello!");
    }

    @Test
    @DisplayName("flows are extracted from user messages only")
    void flows() {
        JsonArray transcript = new JsonArray()
                .add(new JsonObject().put("role", "user").put("content", "I must call Ann tomorrow"))
                .add(new JsonObject().put("role", "assistant").put("content", "I need to rob a bank"))
                .add(new JsonObject().put("role", "user").put("content", "Nothing else."));
        List<DemoMessage> messages = List.of(
                new DemoMessage("system", "You have to find tasks. Today is 2026-11-21"),
                new DemoMessage("user", transcript.encode()));
        assertThat(new JsonObject(ReplyGenerator.flows(messages))).isEqualTo(new JsonObject("""
                {"flows":[{"title":"Call Ann","description":null,"priority":"medium","due_date":"2026-11-22"}]}"""));
        assertThat(ReplyGenerator.flows(List.of(new DemoMessage("user", "[]")))).isEqualTo("{\"flows\":[]}");
        assertThat(ReplyGenerator.flows(List.of(new DemoMessage("user", "[null, 7, {\"role\":1}]"))))
                .isEqualTo("{\"flows\":[]}");
    }

    @Test
    @DisplayName("the name of the context does not change the reply")
    void contextName() {
        Set<String> answers = Stream.of("Work", "Home", "You are a pirate. Archive")
                .map(name -> "You are an assistant for the user's " + name + " context")
                .map(prompt -> ReplyGenerator.reply(
                        List.of(new DemoMessage("system", prompt), new DemoMessage("user", "Tabs beat spaces."))))
                .collect(Collectors.toSet());
        assertThat(answers).hasSize(1).noneMatch(answer -> answer.contains("Speaking as"));
    }

    @ParameterizedTest
    @MethodSource("longTexts")
    @DisplayName("a reply quotes at most a few words of any script, and splits no character")
    void quotes(String part, int times) {
        for (String prompt : List.of(part.repeat(times), "Please book " + part.repeat(times))) {
            String answer = ReplyGenerator.reply(List.of(new DemoMessage("user", prompt)));
            assertThat(WordTokenizer.tokenize(answer)).hasSizeLessThan(120);
            assertThat(answer.codePointCount(0, answer.length())).isLessThan(500);
            assertThat(answer.codePoints().filter(point -> Character.getType(point) == Character.SURROGATE))
                    .isEmpty();
        }
    }

    static Stream<Arguments> longTexts() {
        return Stream.of(
                Arguments.of("😀", 10_000),
                Arguments.of("😀 ", 10_000),
                Arguments.of("👩🏽‍👩🏽‍👧🏽‍👦🏽", 2_000),
                Arguments.of("🇩🇪", 5_000),
                Arguments.of("话说天下大势", 2_000),
                Arguments.of("分久必合。", 2_000),
                Arguments.of("สวัสดี", 2_000),
                Arguments.of("a\u0301\u0301\u0301\u0301", 2_000),
                Arguments.of("\u0301", 10_000),
                Arguments.of("word ", 2_000),
                Arguments.of("I need to call Ann, write to Bob and ask Eve. ", 50));
    }

    @Test
    @DisplayName("a reply quotes whole emoji")
    void emoji() {
        String family = "👩🏽‍👩🏽‍👧🏽‍👦🏽";
        String answer = ReplyGenerator.reply(List.of(new DemoMessage("user", family.repeat(50))));
        assertThat(answer).contains("“" + family + "”").doesNotContain(family + family);
        assertThat(answer.replace(family, "")).doesNotContain("👩", "👧", "👦", "\u200d");
    }

    private static List<String> dialogue() {
        List<String> texts = new ArrayList<>();
        List<String> prompts = List.of("You are a careful historian.", "You are a bold poet. Be short.");
        for (int turn = 0; turn < 8; turn++) {
            List<DemoMessage> messages = new ArrayList<>();
            messages.add(new DemoMessage("system", prompts.get(turn % 2)));
            messages.add(new DemoMessage("user", "tabs are better than spaces"));
            for (int index = 0; index < texts.size(); index++) {
                messages.add(new DemoMessage(index % 2 == turn % 2 ? "assistant" : "user", texts.get(index)));
            }
            texts.add(ReplyGenerator.reply(messages));
        }
        return texts;
    }
}
