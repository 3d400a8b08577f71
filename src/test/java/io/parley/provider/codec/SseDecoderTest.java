package io.parley.provider.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The SSE decoder")
class SseDecoderTest {

    private static final String FOUR_SCRIPTS =
            "event: a\ndata: Grüße, мир, 你好, 👩‍👩‍👧\n\n: note\ndata:two\ndata: lines\n\nid: 7\nevent: b\ndata: {\"x\":1}\n\n";
    private static final List<Frame> FOUR_FRAMES = List.of(
            new Frame("a", "Grüße, мир, 你好, 👩‍👩‍👧"), new Frame("", "two\nlines"), new Frame("b", "{\"x\":1}"));

    @ParameterizedTest
    @DisplayName("decodes the same frames wherever the bytes are split, for every kind of line end")
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void cutAnywhere(String lineEnd) {
        byte[] all = FOUR_SCRIPTS.replace("\n", lineEnd).getBytes(UTF_8);
        for (int cut = 0; cut <= all.length; cut++) {
            assertThat(decode(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length)))
                    .as("cut at %d", cut)
                    .isEqualTo(FOUR_FRAMES);
        }
    }

    @ParameterizedTest
    @DisplayName("decodes the same frames when the bytes arrive one by one")
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void byteWise(String lineEnd) {
        byte[] all = FOUR_SCRIPTS.replace("\n", lineEnd).getBytes(UTF_8);
        byte[][] single = new byte[all.length][];
        Arrays.setAll(single, at -> new byte[] {all[at]});
        assertThat(decode(single)).isEqualTo(FOUR_FRAMES);
    }

    @Test
    @DisplayName("accepts all three kinds of line ends in one stream")
    void mixedLineEnds() {
        assertThat(decode("data: a\r\ndata: b\rdata: c\n\r\ndata: d\n\r"))
                .containsExactly(frame("a\nb\nc"), frame("d"));
    }

    @Test
    @DisplayName("keeps the last event if its blank line or its last line end is missing")
    void noBlankLine() {
        assertThat(decode("data: a\n")).containsExactly(frame("a"));
        assertThat(decode("data: a")).containsExactly(frame("a"));
    }

    @Test
    @DisplayName("removes a byte order mark at the start and keeps one elsewhere")
    void byteOrderMark() {
        assertThat(decode("\uFEFFdata: a\n\ndata: \uFEFFb\n\n")).containsExactly(frame("a"), frame("\uFEFFb"));
        byte[] all = "\uFEFFdata: a\n\n".getBytes(UTF_8);
        assertThat(decode(Arrays.copyOf(all, 1), Arrays.copyOfRange(all, 1, all.length)))
                .containsExactly(frame("a"));
    }

    @Test
    @DisplayName("removes one space after the colon, not two")
    void oneSpace() {
        assertThat(decode("data:  a \n\n")).containsExactly(frame(" a "));
    }

    @Test
    @DisplayName("ignores an event without data")
    void nameWithoutData() {
        assertThat(decode("event: ping\n\ndata: a\n\n")).containsExactly(frame("a"));
    }

    @Test
    @DisplayName("ignores unknown fields, also those that start like a known one")
    void unknownFields() {
        assertThat(decode("retry: 5\ndat: x\ndatax: y\n data: z\ndata: a\nmore\n\n"))
                .containsExactly(frame("a"));
    }

    @Test
    @DisplayName("reads a field without a colon as an empty value")
    void noColon() {
        assertThat(decode("data\ndata\n\n")).containsExactly(frame("\n"));
    }

    @Test
    @DisplayName("replaces invalid UTF-8 with U+FFFD and continues")
    void invalidBytes() {
        byte[] bytes = {'d', 'a', 't', 'a', ':', 'a', (byte) 0xFF, (byte) 0xC3, 'b', '\n', '\n'};
        assertThat(decode(bytes, "data: c\n\n".getBytes(UTF_8))).containsExactly(frame("a\uFFFD\uFFFDb"), frame("c"));
    }

    @Test
    @DisplayName("accepts a line of 1 MiB and rejects a longer one before it is complete")
    void lineLimit() {
        String longestLine = "data:" + "x".repeat(LineSplitter.MAX_LINE_BYTES - 5);
        assertThat(decode(longestLine + "\n\n")).hasSize(1);
        assertThat(decode(split(longestLine + "\n\n", 1000))).hasSize(1);
        assertThatThrownBy(() -> decode(longestLine + "x\n\n")).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> decode(split(longestLine + "x", 1000))).isInstanceOf(ProtocolException.class);
    }

    @Test
    @DisplayName("rejects an event with too many data lines")
    void eventLimit() {
        assertThatThrownBy(() -> decode("data:\n".repeat(LineSplitter.MAX_LINE_BYTES + 2)))
                .isInstanceOf(ProtocolException.class);
    }

    private static byte[][] split(String text, int size) {
        byte[] all = text.getBytes(UTF_8);
        byte[][] pieces = new byte[(all.length + size - 1) / size][];
        Arrays.setAll(pieces, at -> Arrays.copyOfRange(all, at * size, Math.min(all.length, (at + 1) * size)));
        return pieces;
    }

    private static Frame frame(String data) {
        return new Frame("", data);
    }

    private static List<Frame> decode(String text) {
        return decode(text.getBytes(UTF_8));
    }

    private static List<Frame> decode(byte[]... reads) {
        List<Frame> frames = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(frames::add);
        for (byte[] read : reads) {
            decoder.feed(read);
        }
        decoder.end();
        return frames;
    }
}
