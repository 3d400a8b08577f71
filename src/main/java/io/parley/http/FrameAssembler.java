package io.parley.http;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrameType;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Puts the frames of one socket together to messages, and keeps its limits: what they may weigh, how many pieces they may come in
 * and how often. Checks UTF-8 itself, since the library replaces what is wrong in silence. Knows nothing of what messages say.
 */
final class FrameAssembler {

    private static final int FRAGMENTS = 1024;
    private static final int CONTROLS_A_SECOND = 20;
    private static final int MESSAGES_A_SECOND = 30;

    private final int maxMessage;
    private final Bucket controls;
    private final Bucket messages;
    private final Utf8Validator text = new Utf8Validator();
    private Buffer message = Buffer.buffer();
    private int fragments;

    FrameAssembler(int maxMessage, LongSupplier nanos) {
        this.maxMessage = maxMessage;
        this.controls = bucket(CONTROLS_A_SECOND, nanos);
        this.messages = bucket(MESSAGES_A_SECOND, nanos);
    }

    /** The message that is whole with this frame, if one is. */
    Optional<Buffer> accept(WebSocketFrameType type, Buffer payload, boolean last) {
        return switch (type) {
            case TEXT, CONTINUATION -> piece(payload, last);
            case BINARY -> throw SocketClose.BINARY.violated();
            case PING, PONG -> {
                check(controls.tryConsume(1), SocketClose.POLICY);
                yield Optional.empty();
            }
            case CLOSE -> Optional.empty();
        };
    }

    private Optional<Buffer> piece(Buffer piece, boolean last) {
        check(fragments > 0 || messages.tryConsume(1), SocketClose.TOO_MANY_MESSAGES);
        check(++fragments <= FRAGMENTS, SocketClose.POLICY);
        check(message.length() + piece.length() <= maxMessage, SocketClose.TOO_BIG);
        check(text.goesOn(piece.getBytes(), last), SocketClose.NOT_UTF8);
        message.appendBuffer(piece);
        return last ? Optional.of(whole()) : Optional.empty();
    }

    private Buffer whole() {
        Buffer whole = message;
        message = Buffer.buffer();
        fragments = 0;
        return whole;
    }

    private static Bucket bucket(int perSecond, LongSupplier nanos) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .withCustomTimePrecision(clock(nanos))
                .build();
    }

    private static TimeMeter clock(LongSupplier nanos) {
        return new TimeMeter() {

            @Override
            public long currentTimeNanos() {
                return nanos.getAsLong();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    private static void check(boolean ok, SocketClose otherwise) {
        if (!ok) {
            throw otherwise.violated();
        }
    }
}
