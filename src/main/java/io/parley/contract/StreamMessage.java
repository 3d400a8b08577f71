package io.parley.contract;

import java.time.Duration;
import java.util.List;

/** How a log is opened, followed and cancelled. See {@code docs/follow-protocol.md}. */
public sealed interface StreamMessage extends Message {

    /** The log exists and can be followed at {@code source}, the address of one verticle instance. */
    record Opened(String streamId, String source) implements StreamMessage {}

    /**
     * Give me what came after {@code after}; wait {@code patience} if there is nothing yet.
     * A patience of more than a few seconds less than the asker's own timeout would look like a dead producer.
     */
    record Follow(String streamId, Cursor after, Duration patience) implements StreamMessage {}

    /** Events {@code (…, last]}, all of one epoch; an empty batch is a heartbeat. {@code end}: nothing will ever follow. */
    record Batch(Cursor last, List<Event> events, boolean end) implements StreamMessage {
        public Batch {
            events = List.copyOf(events);
        }

        /** The cursor of the event at {@code index}. */
        public Cursor at(int index) {
            return new Cursor(last.epoch(), last.seq() - events.size() + 1 + index);
        }
    }

    /** Nobody wants the rest: let go of the vendor at once. Also reaches a stream that is still being opened. */
    record Cancel(String streamId) implements StreamMessage {}

    /** It is done; there is nothing more to say. */
    record Done() implements StreamMessage {}
}
