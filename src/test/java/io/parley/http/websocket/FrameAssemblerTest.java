package io.parley.http.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrameType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameAssemblerTest {

    private static final int MAX = 256 * 1024;
    private static final String FOUR_SCRIPTS = "aß κόσμε 日本 🙂";

    private final AtomicLong nanos = new AtomicLong();
    private final FrameAssembler assembler = new FrameAssembler(MAX, nanos::get);

    @Test
    @DisplayName("text that is split at any byte arrives complete")
    void everySplit() {
        byte[] bytes = FOUR_SCRIPTS.getBytes(UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            nanos.addAndGet(1_000_000_000);
            assertThat(text(assembler, Arrays.copyOf(bytes, cut), false)).isEmpty();
            assertThat(continuation(assembler, Arrays.copyOfRange(bytes, cut, bytes.length), true))
                    .contains(FOUR_SCRIPTS);
        }
    }

    @Test
    @DisplayName("text in single bytes arrives complete")
    void singleBytes() {
        byte[] bytes = FOUR_SCRIPTS.getBytes(UTF_8);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            byte[] one = {bytes[i]};
            boolean last = i == bytes.length - 1;
            fragment(assembler, i, one, last).ifPresent(texts::add);
        }
        assertThat(texts).containsExactly(FOUR_SCRIPTS);
    }

    @ParameterizedTest(name = "not UTF-8: {0}")
    @ValueSource(
            strings = {
                "ff",
                "fe",
                "80",
                "bf",
                "c0",
                "c080",
                "c0af",
                "c1bf",
                "c3",
                "c328",
                "e08080",
                "e09fbf",
                "e282",
                "eda080",
                "edbfbf",
                "f08080af",
                "f08fbfbf",
                "f0908d",
                "f4908080",
                "f88080808080",
                "cebae1bdb9cf83cebcceb5eda080656469746564"
            })
    void notUtf8(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertClosed(SocketClose.NOT_UTF8, () -> text(assembler, bytes, true));

        FrameAssembler inPieces = new FrameAssembler(MAX, nanos::get);
        assertClosed(SocketClose.NOT_UTF8, () -> {
            for (int i = 0; i < bytes.length; i++) {
                byte[] one = {bytes[i]};
                fragment(inPieces, i, one, i == bytes.length - 1);
            }
            continuation(inPieces, new byte[0], true);
        });
    }

    @Test
    @DisplayName("an invalid byte is detected before the message ends")
    void failsFast() {
        assertClosed(SocketClose.NOT_UTF8, () -> text(assembler, new byte[] {'a', (byte) 0xff}, false));
    }

    @Test
    @DisplayName("a message of exactly the limit is accepted, one byte more is not")
    void size() {
        byte[] half = new byte[MAX / 2];
        Arrays.fill(half, (byte) 'x');
        text(assembler, half, false);
        assertThat(continuation(assembler, half, true).map(String::length)).contains(MAX);

        text(assembler, half, false);
        continuation(assembler, half, false);
        assertClosed(SocketClose.TOO_BIG, () -> continuation(assembler, new byte[1], true));
    }

    @Test
    @DisplayName("1,024 fragments are accepted, one more is not, empty or not")
    void fragments() {
        text(assembler, new byte[0], false);
        for (int i = 1; i < 1024; i++) {
            continuation(assembler, new byte[0], false);
        }
        assertClosed(SocketClose.POLICY, () -> continuation(assembler, new byte[0], true));
    }

    @Test
    @DisplayName("fragments are counted per message")
    void fragmentsOfTwoMessages() {
        for (int message = 0; message < 2; message++) {
            assertThat(text(assembler, new byte[0], false)).isEmpty();
            for (int i = 1; i < 999; i++) {
                assertThat(continuation(assembler, new byte[0], false)).isEmpty();
            }
            assertThat(continuation(assembler, new byte[] {'a'}, true)).contains("a");
        }
    }

    @Test
    @DisplayName("thirty messages in a second are accepted, the next is not")
    void messageFlood() {
        for (int i = 0; i < 30; i++) {
            text(assembler, new byte[0], true);
        }
        assertClosed(SocketClose.TOO_MANY_MESSAGES, () -> text(assembler, new byte[0], true));
    }

    @Test
    @DisplayName("thirty messages per second are accepted indefinitely")
    void steadyMessages() {
        for (int i = 0; i < 1000; i++) {
            assertThat(text(assembler, "a".getBytes(UTF_8), true)).contains("a");
            nanos.addAndGet(1_000_000_000 / 30 + 1);
        }
    }

    @Test
    @DisplayName("twenty pings and pongs in a second are accepted, the next is not")
    void controlFlood() {
        for (int i = 0; i < 10; i++) {
            control(WebSocketFrameType.PING);
            control(WebSocketFrameType.PONG);
        }
        assertClosed(SocketClose.POLICY, () -> control(WebSocketFrameType.PING));
    }

    @Test
    @DisplayName("a ping between the fragments of a message does not change it")
    void pingInside() {
        text(assembler, "a".getBytes(UTF_8), false);
        assertThat(control(WebSocketFrameType.PING)).isEmpty();
        assertThat(continuation(assembler, "b".getBytes(UTF_8), true)).contains("ab");
    }

    @Test
    @DisplayName("binary is rejected")
    void binary() {
        assertClosed(SocketClose.BINARY, () -> assembler.accept(WebSocketFrameType.BINARY, Buffer.buffer("x"), false));
    }

    private Optional<String> control(WebSocketFrameType type) {
        return assembler.accept(type, Buffer.buffer("x"), true).map(Buffer::toString);
    }

    private static Optional<String> fragment(FrameAssembler gate, int index, byte[] bytes, boolean last) {
        return index == 0 ? text(gate, bytes, last) : continuation(gate, bytes, last);
    }

    private static Optional<String> text(FrameAssembler gate, byte[] bytes, boolean last) {
        return gate.accept(WebSocketFrameType.TEXT, Buffer.buffer(bytes), last).map(Buffer::toString);
    }

    private static Optional<String> continuation(FrameAssembler gate, byte[] bytes, boolean last) {
        return gate.accept(WebSocketFrameType.CONTINUATION, Buffer.buffer(bytes), last)
                .map(Buffer::toString);
    }

    private static void assertClosed(SocketClose expected, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        SocketViolation.class,
                        violation -> assertThat(violation.close()).isEqualTo(expected));
    }
}
