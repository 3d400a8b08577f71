package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AnswerEvent;
import io.parley.contract.Cursor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@DisplayName("Backpressure of a log")
@ExtendWith(VertxExtension.class)
class StreamLogBackpressureTest {

    private Vertx vertx;

    @BeforeEach
    void open(Vertx vertx) {
        this.vertx = vertx;
    }

    @Test
    @DisplayName("the producer continues when few enough published events are unread")
    void completesBelowLimit() {
        StreamLog log = new StreamLog(vertx, new Cursor(1, 0));
        log.publish(Collections.nCopies(10, new AnswerEvent.Delta("x")));
        Future<Void> belowLimit = log.whenBelow(5);
        log.readAfter(new Cursor(1, 4), Duration.ofSeconds(1));
        assertThat(belowLimit.isComplete()).isFalse();
        log.readAfter(new Cursor(1, 5), Duration.ofSeconds(1));
        assertThat(belowLimit.succeeded()).isTrue();
    }

    @Test
    @DisplayName("the producer does not wait when few events are unread")
    void nothingUnread() {
        assertThat(new StreamLog(vertx, new Cursor(1, 0)).whenBelow(0).succeeded())
                .isTrue();
    }
}
