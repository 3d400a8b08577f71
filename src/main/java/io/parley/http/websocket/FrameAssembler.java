package io.parley.http.websocket;

import io.github.bucket4j.Bucket;
import io.parley.bus.MonotonicTimeMeter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrameType;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Assembles the frames of one socket into messages and enforces limits on message size, fragments per message and rate. Validates
 * UTF-8 itself, because Vert.x silently replaces malformed input. Does not parse messages.
 */
final class FrameAssembler {

    private static final int MAX_FRAGMENTS = 1024;
    private static final int MAX_CONTROLS_PER_SECOND = 20;
    private static final int MAX_MESSAGES_PER_SECOND = 30;

    private final int maxMessage;
    private final Bucket controls;
    private final Bucket messages;
    private final Utf8Validator utf8 = new Utf8Validator();
    private Buffer message = Buffer.buffer();
    private int fragments;

    FrameAssembler(int maxMessage, LongSupplier nanos) {
        this.maxMessage = maxMessage;
        this.controls = bucket(MAX_CONTROLS_PER_SECOND, nanos);
        this.messages = bucket(MAX_MESSAGES_PER_SECOND, nanos);
    }

    /** Adds a frame; returns the message that it completes, if any. */
    Optional<Buffer> accept(WebSocketFrameType type, Buffer payload, boolean last) {
        return switch (type) {
            case TEXT, CONTINUATION -> append(payload, last);
            case BINARY -> throw SocketClose.BINARY.violation();
            case PING, PONG -> {
                check(controls.tryConsume(1), SocketClose.POLICY);
                yield Optional.empty();
            }
            case CLOSE -> Optional.empty();
        };
    }

    private Optional<Buffer> append(Buffer fragment, boolean last) {
        check(fragments > 0 || messages.tryConsume(1), SocketClose.TOO_MANY_MESSAGES);
        check(++fragments <= MAX_FRAGMENTS, SocketClose.POLICY);
        check(message.length() + fragment.length() <= maxMessage, SocketClose.TOO_BIG);
        check(utf8.accepts(fragment.getBytes(), last), SocketClose.NOT_UTF8);
        message.appendBuffer(fragment);
        return last ? Optional.of(takeMessage()) : Optional.empty();
    }

    private Buffer takeMessage() {
        Buffer complete = message;
        message = Buffer.buffer();
        fragments = 0;
        return complete;
    }

    private static Bucket bucket(int perSecond, LongSupplier nanos) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .withCustomTimePrecision(new MonotonicTimeMeter(nanos))
                .build();
    }

    private static void check(boolean ok, SocketClose reason) {
        if (!ok) {
            throw reason.violation();
        }
    }
}
