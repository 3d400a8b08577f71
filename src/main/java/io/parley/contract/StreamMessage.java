package io.parley.contract;

import java.time.Duration;
import java.util.List;

/** Requests and replies to open, follow and cancel logs. See {@code docs/follow-protocol.md}. */
public sealed interface StreamMessage extends Message {

    /** A log that can be followed at {@code source}, the address of one verticle instance. */
    record StreamRef(String streamId, String source) implements StreamMessage {}

    /**
     * Requests the events after {@code after}, waiting up to {@code maxWait} if there are none. {@code maxWait}
     * must be a few seconds shorter than the request timeout, or the producer looks unreachable.
     */
    record Follow(String streamId, Cursor after, Duration maxWait) implements StreamMessage {}

    /**
     * Events up to and including {@code last}, all of one epoch. An empty batch is a heartbeat. {@code end} is true
     * when no event will follow.
     */
    record Batch(Cursor last, List<Event> events, boolean end) implements StreamMessage {
        public Batch {
            events = List.copyOf(events);
        }

        /** The cursor of the event at {@code index}. */
        public Cursor cursorAt(int index) {
            return new Cursor(last.epoch(), last.seq() - events.size() + 1 + index);
        }
    }

    /**
     * Cancels the stream and closes the provider connection immediately. Also cancels a stream that is still being
     * opened.
     */
    record Cancel(String streamId) implements StreamMessage {}

    /** Acknowledges a request that has no other result. */
    record Ack() implements StreamMessage {}
}
