package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class StreamLogTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Event END = new Completed(FinishReason.STOP, Usage.NONE, "m");

    private Vertx vertx;
    private StreamLog log;

    @BeforeEach
    void open(Vertx vertx) {
        this.vertx = vertx;
        log = new StreamLog(vertx, new Cursor(1, 0));
    }

    @Test
    @DisplayName("a read returns the events after its cursor at once, with consecutive numbers")
    void readsNewEvents() {
        log.publish(List.of(new Delta("a"), new Delta("b"), new Delta("c")));
        Batch batch = now(log.readAfter(new Cursor(1, 1), LONG));
        assertThat(batch.events()).containsExactly(new Delta("b"), new Delta("c"));
        assertThat(batch.cursorAt(0)).isEqualTo(new Cursor(1, 2));
        assertThat(batch.last()).isEqualTo(new Cursor(1, 3));
        assertThat(batch.end()).isFalse();
    }

    @Test
    @DisplayName("a read at the tail waits for the next event")
    void waitsForNextEvent() {
        Future<Batch> next = log.readAfter(Cursor.START, LONG);
        assertThat(next.isComplete()).isFalse();
        assertThat(log.readers()).isEqualTo(1);
        log.publish(List.of(new Delta("a")));
        assertThat(now(next).events()).containsExactly(new Delta("a"));
        assertThat(log.readers()).isZero();
    }

    @Test
    @DisplayName("a read returns an empty batch at its own cursor when its max wait is over")
    void heartbeat() throws Exception {
        log.publish(List.of(new Delta("a")));
        Batch batch = log.readAfter(new Cursor(1, 1), Duration.ofMillis(20)).await(5, TimeUnit.SECONDS);
        assertThat(batch.events()).isEmpty();
        assertThat(batch.last()).isEqualTo(new Cursor(1, 1));
        assertThat(log.readers()).isZero();
    }

    @Test
    @DisplayName("an appended event is not visible before the visible position reaches it")
    void unseenUntilAdvanced() {
        log.publish(List.of(new Delta("a")));
        Cursor position = log.append(END);
        assertThat(log.ended()).isTrue();
        assertThat(log.closed()).isFalse();
        Batch before = now(log.readAfter(Cursor.START, LONG));
        assertThat(before.events()).containsExactly(new Delta("a"));
        assertThat(before.end()).isFalse();
        Future<Batch> rest = log.readAfter(before.last(), LONG);
        assertThat(rest.isComplete()).isFalse();
        log.advanceVisible(position);
        assertThat(now(rest).events()).containsExactly(END);
        assertThat(now(rest).end()).isTrue();
    }

    @Test
    @DisplayName("unseen events can be discarded, and their numbers are used again")
    void discardsUnseen() {
        log.publish(List.of(new Delta("a")));
        log.append(END);
        log.discardUnseen();
        assertThat(log.ended()).isFalse();
        log.publish(List.of(new Delta("b")));
        assertThat(now(log.readAfter(new Cursor(1, 1), LONG)).events()).containsExactly(new Delta("b"));
        assertThat(log.tail()).isEqualTo(new Cursor(1, 2));
    }

    @Test
    @DisplayName("nothing can be appended after a terminal event")
    void terminal() {
        log.publish(List.of(END));
        assertThatThrownBy(() -> log.append(new Delta("late"))).isInstanceOf(IllegalStateException.class);
        assertThat(now(log.readAfter(new Cursor(1, 1), LONG)).end()).isTrue();
    }

    @Test
    @DisplayName("a long log is read in batches, and only the last one is marked as the end")
    void batches() {
        for (int i = 0; i < 600; i++) {
            log.append(new Delta("x" + i));
        }
        log.publish(List.of(END));
        Batch first = now(log.readAfter(Cursor.START, LONG));
        Batch second = now(log.readAfter(first.last(), LONG));
        assertThat(first.end()).isFalse();
        assertThat(first.events().size() + second.events().size()).isEqualTo(601);
        assertThat(second.end()).isTrue();
        assertThat(second.cursorAt(0)).isEqualTo(first.last().plus(1));
    }

    @Test
    @DisplayName("a cursor of an earlier epoch is before the first event")
    void earlierEpoch() {
        StreamLog later = new StreamLog(vertx, new Cursor(2, 40));
        later.publish(List.of(new Delta("again")));
        Batch batch = now(later.readAfter(new Cursor(1, 57), LONG));
        assertThat(batch.cursorAt(0)).isEqualTo(new Cursor(2, 41));
    }

    @Test
    @DisplayName("unread counts the events after the furthest read")
    void unread() {
        log.publish(List.of(new Delta("a"), new Delta("b"), new Delta("c")));
        assertThat(log.unread()).isEqualTo(3);
        now(log.readAfter(new Cursor(1, 2), LONG));
        now(log.readAfter(Cursor.START, LONG));
        assertThat(log.unread()).isEqualTo(1);
    }

    private static Batch now(Future<Batch> future) {
        assertThat(future.succeeded()).isTrue();
        return future.result();
    }
}
