package io.parley.http.conversation;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.contract.Addresses;
import io.parley.contract.ChatMessage;
import io.parley.contract.Cursor;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunStatus;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.http.ChatEvents;
import io.parley.http.FakeBackend;
import io.parley.http.HttpTestServer;
import io.parley.http.RawHttpClient;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chat streaming over server-sent events, from the request to the last byte. */
public final class ChatStreamingTest {

    public static final String STREAM = "/api/v1/conversations/stream";
    public static final String HELLO =
            "{\"context_id\":\"ctx_1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private HttpTestServer server;
    private FakeBackend backend;

    @BeforeEach
    void start() throws Exception {
        server = HttpTestServer.start();
        backend = server.backend.acceptRuns();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("a chat has exactly the bytes that the documentation shows for curl")
    void documentedBytes() throws Exception {
        Flow flow = new Flow(
                "flow_1",
                "dev",
                "ctx_1",
                new Draft(
                        "Book a flight",
                        Optional.empty(),
                        Priority.MEDIUM,
                        Optional.empty(),
                        false,
                        Status.OPEN,
                        Optional.empty()),
                Instant.EPOCH,
                Instant.EPOCH);
        backend.publish(
                ChatEvents.started(),
                ChatEvents.token("I"),
                ChatEvents.token(" can help"),
                new RunEvent.FlowsExtracted(0, true, List.of(flow)),
                ChatEvents.done());
        SseTestClient chat = server.client.stream("POST", STREAM, HELLO);
        chat.remaining();
        assertThat(chat.raw()).isEqualTo("""
                        retry: 1000

                        id: 1-2
                        data: I

                        id: 1-3
                        data:  can help

                        id: 1-4
                        event: metadata
                        data: {"event":"flows_extracted","run_id":"run_1","extracted_flows":["flow_1"],"flows":[{"id":"flow_1","title":"Book a flight","priority":"medium"}],"extraction":"ok"}

                        id: 1-5
                        event: done
                        data: {"run_id":"run_1","finish_reason":"stop","persisted":true,"usage":{"input_tokens":12,"output_tokens":8,"cost_usd":0.00012,"estimated":false},"provider":"openai","model":"gpt-x"}

                        """);
    }

    @Test
    @DisplayName("the response headers describe the stream and name the run")
    void headers() throws Exception {
        backend.publish(ChatEvents.token("I"), ChatEvents.done());
        SseTestClient chat = server.client.stream("POST", STREAM, HELLO);
        assertThat(chat.status()).isEqualTo(200);
        assertThat(chat.header("content-type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(chat.header("cache-control")).hasValue("no-cache");
        assertThat(chat.header("connection")).hasValue("keep-alive");
        assertThat(chat.header("x-accel-buffering")).hasValue("no");
        assertThat(chat.header("x-content-type-options")).hasValue("nosniff");
        assertThat(chat.header("x-run-id")).hasValue("run_1");
        assertThat(chat.header("x-request-id"))
                .hasValueSatisfying(id -> assertThat(id).startsWith("req_"));
    }

    @Test
    @DisplayName("each token is sent as soon as it arrives")
    void tokensAreSentAtOnce() throws Exception {
        SseTestClient chat = server.client.stream("POST", STREAM, HELLO);
        backend.publish(ChatEvents.token("I"));
        assertThat(chat.next()).isEqualTo(new Event("1-1", "message", "I"));
        backend.publish(ChatEvents.token(" can"));
        assertThat(chat.next()).isEqualTo(new Event("1-2", "message", " can"));
        backend.publish(ChatEvents.completed(), ChatEvents.done());
        assertThat(chat.remaining()).extracting(Event::name).containsExactly("turn_complete", "done");
    }

    @Test
    @DisplayName("the fields of the request reach the bus")
    void request() throws Exception {
        backend.publish(ChatEvents.done());
        String body = """
                {"context_id":"default","messages":[{"role":"system","content":"Be brief."},
                 {"role":"assistant","content":"Yes?"},
                 {"role":"user","content":"hi","timestamp":"2026-11-21T10:00:00+01:00"}],
                 "provider":"openai","model":"gpt-x/1","temperature":0.5,"max_tokens":50,"fallback":false,
                 "extract_flows":false,"on_disconnect":"cancel"}""";
        server.client.stream("POST", STREAM, body, "X-Request-Id", "r-1").remaining();
        StartChat start = backend.received(StartChat.class);
        assertThat(start.contextId()).isEqualTo("default");
        assertThat(start.requestContext().user()).isEqualTo("dev");
        assertThat(start.requestContext().requestId()).isEqualTo("r-1");
        assertThat(start.chat().messages())
                .containsExactly(
                        ChatMessage.system("Be brief."),
                        ChatMessage.assistant("Yes?"),
                        new ChatMessage(
                                ChatMessage.Role.USER, "hi", Optional.of(Instant.parse("2026-11-21T09:00:00Z"))));
        assertThat(start.chat().selection().provider()).hasValue("openai");
        assertThat(start.chat().selection().model()).hasValue("gpt-x/1");
        assertThat(start.chat().selection().fallback()).isFalse();
        assertThat(start.chat().temperature()).hasValue(0.5);
        assertThat(start.chat().maxTokens()).isEqualTo(OptionalInt.of(50));
        assertThat(start.chat().extractFlows()).isFalse();
        assertThat(start.chat().cancelOnDisconnect()).isTrue();
        assertThat(start.idempotency()).isEmpty();
    }

    @Test
    @DisplayName("an idle chat sends a keepalive every heartbeat")
    void heartbeat() throws Exception {
        SseTestClient chat = server.client.stream("POST", STREAM, HELLO);
        eventually(() -> assertThat(chat.raw()).contains(":keepalive\n\n:keepalive\n\n"));
        backend.publish(ChatEvents.token("at last"), ChatEvents.done());
        assertThat(chat.remaining()).extracting(Event::data).startsWith("at last");
    }

    @Test
    @DisplayName("a chat that fails before the first token is an ordinary problem response")
    void failsBeforeFirstToken() throws Exception {
        backend.publish(
                ChatEvents.started(),
                ChatEvents.failed(new Problem.ProviderFailed(
                        "openai", Problem.Fault.RATE_LIMITED, Optional.of(Duration.ofMillis(6100)))));
        HttpResponse<String> answer = server.client.post(STREAM, HELLO);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).hasValue("7");
        assertThat(answer.headers().firstValue("x-run-id")).hasValue("run_1");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json; charset=utf-8");
        assertThat(new JsonMapper().readTree(answer.body()).get("code").asText())
                .isEqualTo("rate_limited");
    }

    @Test
    @DisplayName("a chat that fails midway ends with one error event")
    void failsMidway() throws Exception {
        backend.publish(
                ChatEvents.token("I"),
                ChatEvents.failed(new Problem.ProviderFailed("openai", Problem.Fault.TRUNCATED, Optional.empty())));
        List<Event> events = server.client.stream("POST", STREAM, HELLO, "X-Request-Id", "r-1")
                .remaining();
        assertThat(events)
                .last()
                .isEqualTo(new Event(
                        "1-2",
                        "error",
                        "{\"error\":\"openai: the answer ended before it was complete\",\"code\":\"provider_error\","
                                + "\"retryable\":true,\"request_id\":\"r-1\",\"partial\":true,\"run_id\":\"run_1\","
                                + "\"reason\":\"cut\",\"usage\":{\"input_tokens\":12,\"output_tokens\":8,\"cost_usd\":0.00012,"
                                + "\"estimated\":false}}"));
    }

    @Test
    @DisplayName("a log that can no longer be followed ends the stream with an error")
    void producerLost() throws Exception {
        SseTestClient chat = server.client.stream("POST", STREAM, HELLO);
        backend.publish(ChatEvents.token("I"));
        chat.next();
        backend.loseStream();
        List<Event> rest = chat.remaining();
        assertThat(rest).singleElement().satisfies(event -> {
            assertThat(event.name()).isEqualTo("error");
            assertThat(event.data()).contains("\"code\":\"internal\"", "\"partial\":true");
        });
        assertThat(chat.truncated()).isFalse();
    }

    @Test
    @DisplayName("a stopped chat ends with a cancelled event")
    void cancelled() throws Exception {
        backend.publish(ChatEvents.token("I"), ChatEvents.cancelled("user"));
        assertThat(server.client.stream("POST", STREAM, HELLO).remaining())
                .last()
                .satisfies(event -> {
                    assertThat(event.name()).isEqualTo("cancelled");
                    assertThat(event.data()).startsWith("{\"run_id\":\"run_1\",\"reason\":\"user\",\"partial\":true");
                });
    }

    @Test
    @DisplayName("a restarted answer tells the client to discard the text so far")
    void reset() throws Exception {
        backend.publish(ChatEvents.token("I"), ChatEvents.reset(), ChatEvents.failed(new Problem.Internal()));
        List<Event> events = server.client.stream("POST", STREAM, HELLO).remaining();
        assertThat(events.get(1)).isEqualTo(new Event("1-2", "reset", "{\"reason\":\"provider_error\",\"attempt\":2}"));
        assertThat(events.get(2).data()).contains("\"partial\":false");
    }

    @Test
    @DisplayName("with on_disconnect=cancel a disconnect stops the chat at once")
    void cancelOnDisconnect() throws Exception {
        backend.on(
                Addresses.RUN_STOP, stop -> new CommandResult(stop.run(), RunStatus.CANCELLED, true, Optional.empty()));
        String body = HELLO.substring(0, HELLO.length() - 1) + ",\"on_disconnect\":\"cancel\"}";
        SseTestClient chat = server.client.stream("POST", STREAM, body);
        backend.publish(ChatEvents.token("I"));
        chat.next();
        chat.close();
        Stop stop = backend.received(Stop.class);
        assertThat(stop.run()).isEqualTo("run_1");
        assertThat(stop.cause()).isEqualTo("disconnect");
    }

    @Test
    @DisplayName("with on_disconnect=cancel a disconnect before the chat has started stops it as well")
    void disconnectBeforeStart() throws Exception {
        backend.on(
                Addresses.RUN_STOP, stop -> new CommandResult(stop.run(), RunStatus.CANCELLED, true, Optional.empty()));
        Promise<StreamRef> opened = Promise.promise();
        backend.onAsync(Addresses.RUN_START, _ -> opened.future());
        String body = HELLO.substring(0, HELLO.length() - 1) + ",\"on_disconnect\":\"cancel\"}";
        try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
            socket.send(RawHttpClient.post(STREAM, body));
            backend.received(StartChat.class);
        }
        awaitConnections();
        opened.complete(new StreamRef(FakeBackend.RUN, FakeBackend.SOURCE));
        assertThat(backend.received(Stop.class).cause()).isEqualTo("disconnect");
        assertThat(backend.follows()).isEmpty();
    }

    /** Waits until the server has noticed earlier disconnects: a new request is served after them. */
    private void awaitConnections() throws Exception {
        server.client.get("/health");
        server.client.get("/health");
    }

    @Test
    @DisplayName("without on_disconnect=cancel a disconnect only ends the stream")
    void continueOnDisconnect() throws Exception {
        SseTestClient chat = server.client.stream("POST", STREAM, HELLO);
        backend.publish(ChatEvents.token("I"));
        chat.next();
        chat.close();
        awaitConnections();
        int callCount = backend.follows().size();
        backend.publish(ChatEvents.token("unread"), ChatEvents.done());
        awaitConnections();
        assertThat(backend.requests()).noneMatch(Stop.class::isInstance);
        assertThat(backend.follows().size()).isLessThanOrEqualTo(callCount + 1);
    }

    @Test
    @DisplayName("a client resumes after the last event it has seen")
    void resume() throws Exception {
        backend.publish(ChatEvents.token("a"), ChatEvents.token("b"), ChatEvents.token("c"), ChatEvents.done());
        String path = "/api/v1/conversations/run_1/stream";
        SseTestClient byHeader = server.client.stream("GET", path + "?after=1-1", "", "Last-Event-ID", "1-2");
        assertThat(byHeader.remaining()).extracting(Event::data).startsWith("c").hasSize(2);
        assertThat(backend.received(Attach.class)).isEqualTo(new Attach("dev", "run_1", new Cursor(1, 2)));
        assertThat(server.client.stream("GET", path + "?after=1-1", "").remaining())
                .hasSize(3);
        assertThat(server.client.stream("GET", path, "").remaining()).hasSize(4);
    }

    @Test
    @DisplayName("a client that has seen the end gets 204")
    void alreadyAtEnd() throws Exception {
        backend.publish(ChatEvents.token("a"), ChatEvents.done());
        HttpResponse<String> answer = server.client.get("/api/v1/conversations/run_1/stream", "Last-Event-ID", "1-2");
        assertThat(answer.statusCode()).isEqualTo(204);
    }

    @Test
    @DisplayName("a malformed cursor is rejected without a request on the bus")
    void malformedCursor() throws Exception {
        for (String cursor : List.of("-1", "1e9", "text", "1-", "1-1-1", "99999999999-1")) {
            assertThat(server.client
                            .get("/api/v1/conversations/run_1/stream", "Last-Event-ID", cursor)
                            .statusCode())
                    .as(cursor)
                    .isEqualTo(400);
        }
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    @DisplayName("an Idempotency-Key is sent with a digest of the exact body")
    void idempotency() throws Exception {
        backend.publish(ChatEvents.done());
        server.client.stream("POST", STREAM, HELLO, "Idempotency-Key", "k-1").remaining();
        server.client.stream("POST", STREAM, HELLO, "Idempotency-Key", "k-1").remaining();
        server.client.stream("POST", STREAM, HELLO + " ", "Idempotency-Key", "k-1")
                .remaining();
        StartChat first = backend.received(StartChat.class);
        StartChat same = backend.received(StartChat.class);
        StartChat other = backend.received(StartChat.class);
        assertThat(first.idempotency())
                .hasValueSatisfying(key -> assertThat(key.key()).isEqualTo("k-1"));
        assertThat(same.idempotency()).isEqualTo(first.idempotency());
        assertThat(other.idempotency()).isNotEqualTo(first.idempotency());
    }

    @Test
    @DisplayName("an invalid Idempotency-Key is rejected")
    void badIdempotencyKey() throws Exception {
        for (String key : List.of("a b", "x".repeat(256), "")) {
            assertThat(server.client.post(STREAM, HELLO, "Idempotency-Key", key).statusCode())
                    .as(key)
                    .isEqualTo(400);
        }
    }

    @Test
    @DisplayName("a client that does not accept event streams gets 406")
    void notAcceptable() throws Exception {
        for (String accept : List.of("text/html", "application/json", "text/event-stream;q=0")) {
            assertThat(server.client.post(STREAM, HELLO, "Accept", accept).statusCode())
                    .as(accept)
                    .isEqualTo(406);
        }
        backend.publish(ChatEvents.done());
        for (String accept : List.of("*/*", "text/event-stream", "text/html, text/*;q=0.1")) {
            assertThat(server.client.post(STREAM, HELLO, "Accept", accept).statusCode())
                    .as(accept)
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("another user's context gets 404, like one that does not exist")
    void otherUsersContext() throws Exception {
        backend.fail(Addresses.RUN_START, new Problem.NotFound());
        assertThat(server.client.post(STREAM, HELLO).statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("tokens as JSON keep every character")
    void lossless() throws Exception {
        String text = "a\r\n\"\\\u0000\u2028\ud83d\ude00\t";
        backend.publish(ChatEvents.token(text), ChatEvents.token("half \ud83d"), ChatEvents.done());
        List<Event> events =
                server.client.stream("POST", STREAM + "?format=json", HELLO).remaining();
        JsonMapper json = new JsonMapper();
        assertThat(events.getFirst().name()).isEqualTo("token");
        assertThat(json.readTree(events.getFirst().data()).get("delta").asText())
                .isEqualTo(text);
        assertThat(json.readTree(events.get(1).data()).get("delta").asText()).isEqualTo("half \ud83d");
        assertThat(server.client.post(STREAM + "?format=xml", HELLO).statusCode())
                .isEqualTo(400);
    }
}
