package io.parley.provider.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The NDJSON decoder")
class NdjsonDecoderTest {

    @Test
    @DisplayName("decodes the same lines wherever the bytes are split, also without the last line end")
    void cutAnywhere() {
        byte[] all = "\uFEFF{\"a\":\"дé👩‍👧\"}\r\n\n \n{\"b\":2}\n{\"c\":3}".getBytes(UTF_8);
        for (int cut = 0; cut <= all.length; cut++) {
            assertThat(decode(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length)))
                    .as("cut at %d", cut)
                    .containsExactly("{\"a\":\"дé👩‍👧\"}\r", "{\"b\":2}", "{\"c\":3}");
        }
    }

    @Test
    @DisplayName("keeps a carriage return inside a line")
    void bareReturn() {
        assertThat(decode("{\"a\":\r1}\n".getBytes(UTF_8))).containsExactly("{\"a\":\r1}");
    }

    @Test
    @DisplayName("rejects a line of more than 256 KiB before it is complete")
    void lineLimit() {
        assertThat(decode("x".repeat(LineSplitter.MAX_LINE_BYTES).getBytes(UTF_8)))
                .hasSize(1);
        assertThatThrownBy(() -> decode("x".repeat(LineSplitter.MAX_LINE_BYTES).getBytes(UTF_8), "x".getBytes(UTF_8)))
                .isInstanceOf(ProtocolException.class);
    }

    private static List<String> decode(byte[]... reads) {
        List<String> lines = new ArrayList<>();
        NdjsonDecoder decoder = new NdjsonDecoder(frame -> lines.add(frame.data()));
        for (byte[] read : reads) {
            decoder.feed(read);
        }
        decoder.end();
        return lines;
    }
}
