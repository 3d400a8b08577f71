package io.parley.provider.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The decoder of a response body")
class BodyDecoderTest {

    @Test
    @DisplayName("decodes lines of JSON identically wherever the bytes are split, also without the last line end")
    void jsonLines() {
        assertSplitAnywhere(
                "\uFEFF{\"a\":\"дé👩‍👧 {[\\\"\"}\r\n\n \n{\"b\":[{}]}\n{\"c\":3}",
                "{\"a\":\"дé👩‍👧 {[\\\"\"}",
                "{\"b\":[{}]}",
                "{\"c\":3}");
    }

    @Test
    @DisplayName("decodes a whole document of several lines, and the elements of an array")
    void documents() {
        assertSplitAnywhere(" \n{\n \"a\":\n {}\n}\n", "{\n \"a\":\n {}\n}");
        assertSplitAnywhere("[{\"a\":1},\n{\"b\":2}]", "{\"a\":1}", "{\"b\":2}");
    }

    @Test
    @DisplayName("decodes server-sent events after blank lines and a byte order mark, with any line end")
    void events() {
        for (String end : List.of("\n", "\r", "\r\n")) {
            assertSplitAnywhere(
                    "\uFEFF\n\n: ping\n\ndata:{\"a\":1}\n\nevent: x\ndata: b\n\ndata: [DONE] \n\n".replace("\n", end),
                    "{\"a\":1}",
                    "b",
                    "[DONE] ");
        }
    }

    @Test
    @DisplayName("decodes a line of bare JSON among server-sent events")
    void bareJson() {
        assertSplitAnywhere("data: a\n\n{\"error\":{}}\n", "a", "{\"error\":{}}");
    }

    @Test
    @DisplayName("rejects a web page, text after JSON, and an incomplete document at its end")
    void rejected() {
        assertThatThrownBy(() -> decode("<!doctype html>".getBytes(UTF_8))).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> decode("{} x".getBytes(UTF_8))).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> decode("{\"a\":".getBytes(UTF_8))).isInstanceOf(ProtocolException.class);
    }

    @Test
    @DisplayName("rejects a document of more than 8 MiB before it is complete")
    void documentLimit() {
        byte[] piece = ("\"" + "x".repeat(1 << 20) + "\",").getBytes(UTF_8);
        BodyDecoder decoder = new BodyDecoder(_ -> {});
        decoder.feed("{\"a\":[".getBytes(UTF_8));
        for (int each = 0; each < 7; each++) {
            decoder.feed(piece);
        }
        assertThatThrownBy(() -> decoder.feed(piece)).isInstanceOf(ProtocolException.class);
    }

    private static void assertSplitAnywhere(String body, String... data) {
        byte[] all = body.getBytes(UTF_8);
        for (int cut = 0; cut <= all.length; cut++) {
            assertThat(decode(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length)))
                    .as("cut at %d", cut)
                    .containsExactly(data);
        }
    }

    private static List<String> decode(byte[]... reads) {
        List<String> frames = new ArrayList<>();
        BodyDecoder decoder = new BodyDecoder(frame -> frames.add(frame.data()));
        for (byte[] read : reads) {
            decoder.feed(read);
        }
        decoder.end();
        return frames;
    }
}
