package io.parley.http.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ChatMessage;
import io.parley.contract.ResponseMessage.Conversation;
import io.parley.contract.ResponseMessage.StoredResponse;
import io.parley.contract.StreamMessage.Ack;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("The store of responses")
class ResponseStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-30T08:00:00Z");
    private static final String TEXT = "my secret";

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx);
    private final ResponseStore store = new ResponseStore(bus, Duration.ofHours(1), InstantSource.fixed(NOW));
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void start() {
        log.start();
        ((Logger) LoggerFactory.getLogger(ResponseStore.class)).addAppender(log);
    }

    @AfterEach
    void stop() throws Exception {
        ((Logger) LoggerFactory.getLogger(ResponseStore.class)).detachAppender(log);
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("keeps a response for the configured time")
    void stores() throws Exception {
        List<StoredResponse> stored = new CopyOnWriteArrayList<>();
        bus.handle(Addresses.STORE_PUT_RESPONSE, put -> {
                    stored.add(put.response());
                    return Future.succeededFuture(new Ack());
                })
                .await(5, TimeUnit.SECONDS);

        put(TEXT);

        assertThat(stored).singleElement().satisfies(response -> {
            assertThat(response.expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(1)));
            assertThat(response.user()).isEqualTo("ann");
            assertThat(response.json()).contains(TEXT);
        });
        assertThat(log.list).isEmpty();
    }

    @Test
    @DisplayName("says only in the log, and without its text, that a response could not be stored or was too large")
    void failure() throws Exception {
        put(TEXT);
        put("x".repeat(7 << 20));

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("response not stored", "response not stored: it is too large");
        assertThat(log.list).noneMatch(event -> event.toString().contains(TEXT));
    }

    @Test
    @DisplayName("reads back what providers have sent: long texts, any characters, deep schemas")
    void readsBack() throws Exception {
        String text = "\0" + "x".repeat(2 << 20);
        String deep = "{\"a\":".repeat(120) + "{}" + "}".repeat(120);
        String output =
                "[{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\""
                        + text.replace("\0", "\\u0000") + "\"}]}]";
        String json = "{\"response\":{\"output\":" + output + ",\"tools\":[" + deep + "]},\"input\":[]}";
        bus.handle(
                        Addresses.STORE_LOAD_RESPONSE_CONVERSATION,
                        load -> Future.succeededFuture(new Conversation(
                                List.of(new StoredResponse(load.user(), load.id(), Optional.empty(), json, NOW)))))
                .await(5, TimeUnit.SECONDS);

        ResponseHistory history = store.history("ann", new ResponseHistory.References(Optional.of("resp_1"), Set.of()))
                .await(5, TimeUnit.SECONDS);

        assertThat(history.items()).containsExactly(new InputItem.Message(ChatMessage.assistant(text)));
    }

    private void put(String text) throws Exception {
        ObjectNode response =
                JsonNodeFactory.instance.objectNode().put("id", "resp_1").put("text", text);
        store.put("ann", Optional.empty(), response, JsonNodeFactory.instance.arrayNode())
                .await(5, TimeUnit.SECONDS);
    }
}
