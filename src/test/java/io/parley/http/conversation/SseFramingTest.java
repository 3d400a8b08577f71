package io.parley.http.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.StreamMessage.Batch;
import io.parley.http.ChatEvents;
import io.parley.http.conversation.ChatSse.Format;
import io.parley.json.JsonWriter;
import io.parley.json.TokenUsageJson;
import io.parley.testing.SseParser;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SSE framing: no text of a token can become an event, an id or an end. */
final class SseFramingTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> HOSTILE_TEXTS = List.of(
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "\r\r",
            "\n\r",
            "\n\r\n",
            "event: done",
            "data:",
            "data: ",
            "id: 9",
            "retry: 0",
            ":",
            ": comment",
            "\u2028",
            "\u2029",
            "\u0085",
            "\u0000",
            " leading",
            "  ",
            "",
            "\ufeff",
            "\u001b[31m",
            "x\nevent: done\ndata: {}\n\n",
            "x\rid: 9-9\r\rdata: forged\r\r",
            "\ud83d\ude00",
            "e\u0301",
            "\u202eevil");

    @Test
    @DisplayName("hostile tokens are unchanged as JSON, one event each")
    void hostileAsJson() throws Exception {
        assertRoundTrip(HOSTILE_TEXTS, Format.JSON);
    }

    @Test
    @DisplayName(
            "hostile tokens are unchanged as plain text except that every line break becomes a line feed, one event each")
    void hostileAsText() throws Exception {
        assertRoundTrip(HOSTILE_TEXTS, Format.PLAIN);
    }

    @Test
    @DisplayName("hostile reasoning is an event of its own each, whose text the format writes like that of tokens")
    void hostileThinking() throws Exception {
        for (String hostile : HOSTILE_TEXTS) {
            SseParser.Event asJson = parse(render(Format.JSON, List.of(ChatEvents.thinking(hostile))))
                    .getFirst();
            assertThat(asJson.name()).isEqualTo("thinking");
            assertThat(JSON.readTree(asJson.data()).get("delta").asText()).isEqualTo(hostile);
            assertThat(parse(render(Format.PLAIN, List.of(ChatEvents.thinking(hostile)))))
                    .containsExactly(new SseParser.Event(
                            "1-1", "thinking", hostile.replace("\r\n", "\n").replace('\r', '\n')));
        }
    }

    @Test
    @DisplayName("a client that has only reasoning has no part of the text")
    void partial() {
        assertThat(render(Format.JSON, List.of(ChatEvents.thinking("hm"), ChatEvents.failed(new Problem.Internal())))
                        .toString())
                .contains("\"partial\":false");
    }

    @Test
    @DisplayName("thousands of random strings are unchanged, however the bytes are split")
    void random() throws Exception {
        Random random = new Random(20261121);
        for (int round = 0; round < 100; round++) {
            List<String> tokens = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                tokens.add(randomText(random));
            }
            assertRoundTrip(tokens, round % 2 == 0 ? Format.PLAIN : Format.JSON);
        }
    }

    @Test
    @DisplayName("hostile text in errors, titles and models creates no event")
    void hostileTextElsewhere() {
        for (String hostile : HOSTILE_TEXTS) {
            Flow flow = new Flow(
                    "flow_1",
                    "u",
                    "ctx_1",
                    new Draft(
                            hostile,
                            Optional.of(hostile),
                            Priority.LOW,
                            Optional.empty(),
                            false,
                            Status.OPEN,
                            Optional.empty()),
                    Instant.EPOCH,
                    Instant.EPOCH);
            List<SseParser.Event> events = parse(render(
                    Format.PLAIN,
                    List.of(
                            new RunEvent.FlowsExtracted(0, true, List.of(flow)),
                            ChatEvents.failed(new Problem.Conflict(hostile)))));
            assertThat(events).extracting(SseParser.Event::name).containsExactly("metadata", "error");
        }
    }

    @Test
    @DisplayName("every batch ends with a blank line, and so does the error of a lost log")
    void blankLine() {
        assertThat(render(Format.PLAIN, List.of(ChatEvents.token("a"))).toString())
                .endsWith("\n\n");
        assertThat(render(Format.PLAIN, List.of(ChatEvents.done())).toString()).endsWith("\n\n");
        assertThat(new ChatSse(Format.PLAIN, "run_1", "r", false)
                        .streamError(new Problem.Internal())
                        .toString())
                .startsWith("event: error\ndata: ")
                .endsWith("\n\n");
    }

    @Test
    @DisplayName("an unknown cost is null, a known one is exact")
    void cost() {
        assertThat(TokenUsageJson.write(io.parley.contract.Usage.reported(1, 2, 0, 0, 0))
                        .toString())
                .isEqualTo("{\"input_tokens\":1,\"output_tokens\":2,\"cost_usd\":null,\"estimated\":false}");
        assertThat(TokenUsageJson.write(io.parley.contract.Usage.NONE).toString())
                .contains("\"cost_usd\":0,");
        assertThat(JsonWriter.text(TokenUsageJson.write(usage(30_000_000)))).contains("\"cost_usd\":30,");
        assertThat(JsonWriter.text(TokenUsageJson.write(usage(1)))).contains("\"cost_usd\":0.000001,");
    }

    @Test
    @DisplayName("cached and reasoning tokens are in the usage if there are any")
    void cachedAndReasoningTokens() {
        assertThat(TokenUsageJson.write(io.parley.contract.Usage.reported(9, 8, 7, 1, 6))
                        .toString())
                .isEqualTo("{\"input_tokens\":9,\"output_tokens\":8,\"cached_tokens\":7,\"cache_write_tokens\":1,"
                        + "\"reasoning_tokens\":6,\"cost_usd\":null,\"estimated\":false}");
    }

    private static io.parley.contract.Usage usage(long micros) {
        return new io.parley.contract.Usage(0, 0, 0, 0, 0, false, java.util.OptionalLong.of(micros));
    }

    private static void assertRoundTrip(List<String> tokens, Format format) throws Exception {
        List<SseParser.Event> events =
                parse(render(format, tokens.stream().map(ChatEvents::token).toList()));
        assertThat(events).hasSameSizeAs(tokens);
        for (int i = 0; i < tokens.size(); i++) {
            SseParser.Event event = events.get(i);
            assertThat(event.id()).isEqualTo("1-" + (i + 1));
            assertThat(event.name()).isEqualTo(format == Format.JSON ? "token" : "message");
            String text = format == Format.JSON
                    ? JSON.readTree(event.data()).get("delta").asText()
                    : event.data();
            String expected = format == Format.JSON
                    ? tokens.get(i)
                    : tokens.get(i).replace("\r\n", "\n").replace('\r', '\n');
            assertThat(text).isEqualTo(expected);
        }
    }

    private static Buffer render(Format format, List<? extends Event> events) {
        return new ChatSse(format, "run_1", "r-1", false)
                .render(new Batch(new Cursor(1, events.size()), List.copyOf(events), false));
    }

    /** Parses pieces of varying length, as a socket would deliver them. */
    private static List<SseParser.Event> parse(Buffer buffer) {
        byte[] bytes = buffer.getBytes();
        assertThat(new String(bytes, UTF_8).getBytes(UTF_8)).isEqualTo(bytes);
        SseParser parser = new SseParser();
        List<SseParser.Event> events = new ArrayList<>();
        for (int from = 0, length = 1; from < bytes.length; from += length, length = length % 17 + 1) {
            byte[] piece = java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length));
            events.addAll(parser.feed(piece, piece.length));
        }
        return events;
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(HOSTILE_TEXTS.get(random.nextInt(HOSTILE_TEXTS.size())));
                case 1 -> text.append((char) random.nextInt(0x80));
                case 2 -> text.append((char) random.nextInt(0xD800));
                default -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
            }
        }
        return text.toString();
    }
}
