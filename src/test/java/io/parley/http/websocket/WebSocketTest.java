package io.parley.http.websocket;

import static io.parley.testing.FakeRuns.token;
import static io.parley.testing.FakeRuns.turn;
import static io.parley.testing.WebSocketTestClient.CLOSE;
import static io.parley.testing.WebSocketTestClient.FIN;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.FlowMessage;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.ServerMessage;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.parley.http.WebSocketTestServer;
import io.parley.testing.FakeRuns;
import io.parley.testing.WebSocketTestClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTest {

    private WebSocketTestServer server;
    private WebSocketTestClient client;

    @BeforeEach
    void start() throws Exception {
        server = WebSocketTestServer.start(true);
        client = server.connect();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    @DisplayName("a chat is opened, streamed token by token, and done")
    void chatMessage() throws Exception {
        client.sendJson(chatMessage("c1"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        assertThat(client.nextMessage())
                .isEqualTo(new JsonObject("{'type':'opened','id':'c1','run':'run_1'}".replace('\'', '"')));

        run.publishTokens("Hel");
        assertThat(client.nextMessage())
                .isEqualTo(new JsonObject()
                        .put("type", "token")
                        .put("id", "c1")
                        .put("seq", "1-1")
                        .put("delta", "Hel"));
        run.publishTokens("lo");
        assertThat(client.nextMessage().getString("delta")).isEqualTo("lo");

        run.complete();
        JsonObject turn = client.nextMessage();
        assertThat(turn.getString("type")).isEqualTo("turn_complete");
        assertThat(turn.getString("seq")).isEqualTo("1-3");
        assertThat(turn.getInteger("chars")).isEqualTo(5);
        assertThat(turn.getInteger("ttft_ms")).isEqualTo(42);
        assertThat(client.nextMessage()).isEqualTo(new JsonObject("""
                        {"type":"done","id":"c1","seq":"1-4","run_id":"run_1","finish_reason":"stop","persisted":true,
                         "usage":{"input_tokens":12,"output_tokens":8,"cost_usd":0.00012,"estimated":false},
                         "provider":"fake","model":"fake-1"}"""));
    }

    @Test
    @DisplayName("the chat is started with the fields of its client, for the user of the socket")
    void fields() throws Exception {
        client.sendJson(chatMessage("c1")
                .put("provider", "openai")
                .put("model", "m")
                .put("temperature", 0.5)
                .put("max_tokens", 7)
                .put("extract_flows", false)
                .put("on_disconnect", "cancel"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        RunSpec.Chat chat = (RunSpec.Chat) run.script();
        assertThat(run.user()).isEqualTo("dev");
        assertThat(chat.selection()).isEqualTo(new ModelSelection(Optional.of("openai"), Optional.of("m"), true));
        assertThat(chat.temperature()).hasValue(0.5);
        assertThat(chat.maxTokens()).hasValue(7);
        assertThat(chat.extractFlows()).isFalse();
        assertThat(chat.cancelOnDisconnect()).isTrue();
        assertThat(chat.messages().getFirst().content()).isEqualTo("hi");
    }

    @Test
    @DisplayName("tokens that arrive together are sent as one frame with the last cursor")
    void merged() throws Exception {
        client.sendJson(chatMessage("c1"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        client.nextMessage();
        run.publish(token("a"), token("\ud83d"), token("\ude42"), turn(), token("b"));
        assertThat(client.nextMessage().getString("delta")).isEqualTo("a🙂");
        assertThat(client.nextMessage().getString("seq")).isEqualTo("1-4");
        assertThat(client.nextMessage().getString("seq")).isEqualTo("1-5");
    }

    @Test
    @DisplayName("text that looks like a frame is still text")
    void hostileText() throws Exception {
        String text = "\"}\n{\"type\":\"done\"} \u0000 \u2028 \r\n";
        client.sendJson(chatMessage("c1"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        client.nextMessage();
        run.publishTokens(text);
        assertThat(client.nextMessage().getString("delta")).isEqualTo(text);
    }

    @Test
    @DisplayName("a restarted answer resets the text, and found flows are sent")
    void resetAndMetadata() throws Exception {
        client.sendJson(chatMessage("c1"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        client.nextMessage();
        FlowMessage.Draft draft = new FlowMessage.Draft(
                "Book",
                Optional.empty(),
                FlowMessage.Priority.HIGH,
                Optional.empty(),
                false,
                FlowMessage.Status.OPEN,
                Optional.empty());
        FlowMessage.Flow flow = new FlowMessage.Flow("flow_1", "dev", "ctx_1", draft, Instant.EPOCH, Instant.EPOCH);
        run.publish(
                new RunEvent.TurnReset(
                        1, 0, 2, Speaker.ASSISTANT, "provider_error", Optional.empty(), Optional.empty(), Usage.NONE),
                new RunEvent.FlowsExtracted(1, true, List.of(flow)));

        assertThat(client.nextMessage())
                .isEqualTo(
                        new JsonObject(
                                "{\"type\":\"reset\",\"id\":\"c1\",\"seq\":\"1-1\",\"reason\":\"provider_error\",\"attempt\":2}"));
        JsonObject metadata = client.nextMessage();
        assertThat(metadata.getString("type")).isEqualTo("metadata");
        assertThat(metadata.getString("event")).isEqualTo("flows_extracted");
        assertThat(metadata.getJsonArray("extracted_flows")).containsExactly("flow_1");
        assertThat(metadata.getString("extraction")).isEqualTo("ok");
    }

    @Test
    @DisplayName("a chat that fails ends with an error, and its handle is free again")
    void failure() throws Exception {
        client.sendJson(chatMessage("c1"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        run.publishTokens("Hel").fail(new Problem.ProviderFailed("openai", Problem.Fault.TRUNCATED, Optional.empty()));
        JsonObject error = client.readUntil("error").getLast();
        assertThat(error.getString("id")).isEqualTo("c1");
        assertThat(error.getString("seq")).isEqualTo("1-2");
        assertThat(error.getString("code")).isEqualTo("provider_error");
        assertThat(error.getBoolean("partial")).isTrue();
        assertThat(error.getBoolean("retryable")).isTrue();
        assertThat(error.getString("request_id"))
                .isEqualTo(client.header("x-request-id").orElseThrow());

        client.sendJson(chatMessage("c1"));
        assertThat(client.nextMessage().getString("type")).isEqualTo("opened");
    }

    @Test
    @DisplayName("a chat that cannot start is an error under its handle, without a seq, and its handle is free again")
    void cannotStart() throws Exception {
        server.runs.startGate(Future.failedFuture(new Problem.NotFound().toException()));
        client.sendJson(chatMessage("c1"));
        JsonObject error = client.nextMessage();
        assertThat(error.getString("id")).isEqualTo("c1");
        assertThat(error.getString("code")).isEqualTo("not_found");
        assertThat(error.containsKey("seq")).isFalse();

        server.runs.startGate(Future.succeededFuture());
        client.sendJson(chatMessage("c1"));
        assertThat(client.nextMessage().getString("type")).isEqualTo("opened");
    }

    @Test
    @DisplayName("a log that can no longer be followed ends with a retryable error")
    void lostLog() throws Exception {
        server.runs.loseLogs();
        client.sendJson(chatMessage("c1"));
        JsonObject error = client.readUntil("error").getLast();
        assertThat(error.getString("id")).isEqualTo("c1");
        assertThat(error.getBoolean("retryable")).isTrue();
    }

    @Test
    @DisplayName("every invalid field of a chat is reported with the same pointers as on the HTTP route")
    void invalidFields() throws Exception {
        client.sendJson(new JsonObject()
                .put("type", "chat")
                .put("id", "c1")
                .put("context_id", "a b")
                .put("messages", new JsonArray())
                .put("api_key", "x"));
        JsonObject error = client.nextMessage();
        assertThat(error.getString("id")).isEqualTo("c1");
        assertThat(error.getString("code")).isEqualTo("invalid");
        assertThat(error.getJsonArray("errors").stream().map(each -> ((JsonObject) each).getString("pointer")))
                .containsExactlyInAnyOrder("/context_id", "/messages", "/api_key");
    }

    @ParameterizedTest(name = "answered with an error, and the socket stays open: {0}")
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "1",
                "\"x\"",
                "{}",
                "{'type':'nothing'}",
                "{'type':1}",
                "{'type':'ping','type':'ping'}",
                "{'type':'ping'} {}",
                "{'type':'ping','x':1}",
                "{'type':'stop'}",
                "{'type':'chat','context_id':'c'}",
                "{'type':'attach','id':'a'}",
                "{'type':'attach','id':'a','run':'../x'}",
                "{'type':'attach','id':'a','run':'r','after':'x'}",
                "{'type':'command','id':'a','run':'r','command':'dance'}",
                "{'type':'stop','id':'a b'}",
                "{'type':'stop','id':7}",
                "{'type':'auth'}"
            })
    void badMessages(String message) throws Exception {
        JsonObject error = client.sendText(message.replace('\'', '"')).nextMessage();
        assertThat(error.getString("type")).isEqualTo("error");
        assertThat(error.getString("code")).isIn("invalid", "invalid_json");
        assertThat(client.sendJson(new JsonObject().put("type", "ping"))
                        .nextMessage()
                        .getString("type"))
                .isEqualTo("pong");
    }

    @Test
    @DisplayName("one socket carries several conversations, each under its handle")
    void multiplexed() throws Exception {
        client.sendJson(chatMessage("a")).sendJson(chatMessage("b"));
        FakeRuns.FakeRun a = server.runs.nextStarted();
        FakeRuns.FakeRun b = server.runs.nextStarted();
        client.nextMessage();
        client.nextMessage();
        b.publishTokens("B1");
        assertThat(client.nextMessage().getString("id")).isEqualTo("b");
        a.publishTokens("A1");
        assertThat(client.nextMessage().getString("id")).isEqualTo("a");
        b.complete();
        assertThat(client.readUntil("done").getLast().getString("id")).isEqualTo("b");
        a.publishTokens("A2");
        assertThat(client.nextMessage().getString("delta")).isEqualTo("A2");
    }

    @Test
    @DisplayName("a handle in use gets an error, and its conversation continues")
    void handleInUse() throws Exception {
        client.sendJson(chatMessage("a"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        client.nextMessage();
        JsonObject error = client.sendJson(chatMessage("a")).nextMessage();
        assertThat(error.getString("code")).isEqualTo("conflict");
        assertThat(error.containsKey("seq")).isFalse();
        run.publishTokens("on");
        assertThat(client.nextMessage().getString("delta")).isEqualTo("on");
    }

    @Test
    @DisplayName("the sixty-fifth conversation is rejected")
    void bounded() throws Exception {
        server.runs.startGate(Promise.<Void>promise().future());
        for (int i = 0; i < 64; i++) {
            client.sendJson(chatMessage("c" + i));
            if (i % 20 == 19) {
                client.sendJson(new JsonObject().put("type", "ping")).nextMessage(); // all of them have been read
                server.clock.advance(Duration.ofSeconds(1)); // the message rate is limited
            }
        }
        JsonObject error = client.sendJson(chatMessage("one too many")).nextMessage();
        assertThat(error.getString("code")).isEqualTo("invalid"); // the space in the handle
        error = client.sendJson(chatMessage("c64")).nextMessage();
        assertThat(error.getString("code")).isEqualTo("conflict");
        assertThat(error.getString("id")).isEqualTo("c64");
    }

    @Test
    @DisplayName("stop cancels the run with the cause user, and is acknowledged")
    void stopRun() throws Exception {
        client.sendJson(chatMessage("c1"));
        server.runs.nextStarted().publishTokens("Hel");
        client.readUntil("token");
        client.sendJson(new JsonObject().put("type", "stop").put("id", "c1"));
        List<JsonObject> replies = List.of(client.nextMessage(), client.nextMessage());
        assertThat(replies.stream().map(each -> each.getString("type"))).containsExactlyInAnyOrder("ack", "cancelled");
        for (JsonObject each : replies) {
            assertThat(each.getString("id")).isEqualTo("c1");
            if (each.getString("type").equals("ack")) {
                assertThat(each.getBoolean("applied")).isTrue();
            } else {
                assertThat(each.getString("reason")).isEqualTo("user");
                assertThat(each.getBoolean("partial")).isTrue();
                assertThat(each.getString("run_id")).isEqualTo("run_1");
            }
        }
        assertThat(server.runs.nextStop().cause()).isEqualTo("user");
    }

    @Test
    @DisplayName("stop of a chat that has ended changes nothing, and the ack says so")
    void stopEnded() throws Exception {
        client.sendJson(chatMessage("c1"));
        server.runs.nextStarted().complete();
        client.readUntil("done");
        JsonObject ack = client.sendJson(new JsonObject().put("type", "stop").put("id", "c1"))
                .nextMessage();
        assertThat(ack)
                .isEqualTo(new JsonObject().put("type", "ack").put("id", "c1").put("applied", false));
    }

    @Test
    @DisplayName("stop directly after the chat message stops the chat")
    void stopAtOnce() throws Exception {
        Promise<Void> startPromise = Promise.promise();
        server.runs.startGate(startPromise.future());
        client.sendJson(chatMessage("c1"))
                .sendJson(new JsonObject().put("type", "stop").put("id", "c1"));
        client.sendJson(new JsonObject().put("type", "ping")).nextMessage();
        startPromise.complete();
        assertThat(server.runs.nextStop().run()).isEqualTo("run_1");
        assertThat(client.readUntil("cancelled").getFirst().getString("type")).isEqualTo("opened");
    }

    @Test
    @DisplayName("stop of an unknown handle gets an error")
    void stopUnknown() throws Exception {
        JsonObject error = client.sendJson(new JsonObject().put("type", "stop").put("id", "zz"))
                .nextMessage();
        assertThat(error.getString("code")).isEqualTo("not_found");
        assertThat(error.getString("id")).isEqualTo("zz");
    }

    @Test
    @DisplayName("a run can be attached to after any of its events, any number of times")
    void attachMessage() throws Exception {
        FakeRuns.FakeRun run = server.runs.addRun("dev", script());
        run.publishTokens("one ", "two ", "three ").complete();
        client.sendJson(attachMessage("a", run.id()));
        assertThat(text(client.readUntil("done"))).isEqualTo("one two three ");
        client.sendJson(attachMessage("b", run.id()).put("after", "1-2"));
        List<JsonObject> rest = client.readUntil("done");
        assertThat(rest.getFirst())
                .isEqualTo(new JsonObject().put("type", "opened").put("id", "b").put("run", run.id()));
        assertThat(text(rest)).isEqualTo("three ");
    }

    @Test
    @DisplayName("another user's run is not found, like one that does not exist")
    void attachToOtherUsersRun() throws Exception {
        FakeRuns.FakeRun run = server.runs.addRun("eve", script());
        JsonObject otherUsers = client.sendJson(attachMessage("a", run.id())).nextMessage();
        JsonObject missing = client.sendJson(attachMessage("a", "run_999")).nextMessage();
        assertThat(otherUsers.getString("code")).isEqualTo("not_found");
        assertThat(otherUsers).isEqualTo(missing);
    }

    @Test
    @DisplayName("a two-agent run is streamed with its own event types and ends with run_complete")
    void duo() throws Exception {
        FakeRuns.FakeRun run = server.runs.addRun("dev", duoScript());
        run.publish(
                new RunEvent.RunStarted(1, duoScript(), Optional.empty(), 0),
                new RunEvent.TurnStarted(1, 0, 1, Speaker.BOT0, "openai", "m"),
                new RunEvent.Token(1, 0, 1, Speaker.BOT0, "Tea"),
                new RunEvent.Token(1, 0, 1, Speaker.BOT0, "!"),
                new RunEvent.TurnReset(
                        1, 0, 2, Speaker.BOT0, "provider_error", Optional.empty(), Optional.empty(), Usage.NONE),
                new RunEvent.Injected(1, "calm", Optional.empty(), Optional.empty()),
                new RunEvent.Paused(1, Optional.empty()),
                new RunEvent.Resumed(1, false, Optional.empty()),
                new RunEvent.BotUpdated(1, 1, duoScript().bots().getLast(), 2, List.of("prompt"), Optional.empty()),
                new RunEvent.UsageCounted(1, 0, Usage.NONE, Usage.NONE),
                new RunEvent.RunFailed(1, new Problem.Internal()),
                new RunEvent.Ended(
                        1,
                        RunStatus.COMPLETED,
                        1,
                        Usage.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("turns"),
                        Optional.empty(),
                        Optional.empty()));
        client.sendJson(attachMessage("d", run.id()));
        List<JsonObject> all = client.readUntil("run_complete");
        assertThat(all.stream().map(each -> each.getString("type")))
                .containsExactly(
                        "opened",
                        "run_started",
                        "turn_started",
                        "token",
                        "turn_reset",
                        "injected",
                        "paused",
                        "resumed",
                        "bot_updated",
                        "usage",
                        "error",
                        "run_complete");
        assertThat(all.get(3)).isEqualTo(new JsonObject("""
                        {"type":"token","id":"d","seq":"1-4","ts":"1970-01-01T00:00:00.001Z","turn":0,"attempt":1,"role":"bot0",
                         "delta":"Tea!"}"""));
        assertThat(all.getLast().getString("status")).isEqualTo("completed");
        assertThat(all.getLast().getInteger("turns")).isEqualTo(1);
    }

    @Test
    @DisplayName("a command reaches the run and is acknowledged")
    void command() throws Exception {
        FakeRuns.FakeRun run = server.runs.addRun("dev", duoScript());
        client.sendJson(new JsonObject()
                .put("type", "command")
                .put("id", "k1")
                .put("run", run.id())
                .put("command", "inject")
                .put("text", "calm down")
                .put("as", "bot1"));
        assertThat(client.nextMessage())
                .isEqualTo(new JsonObject().put("type", "ack").put("id", "k1").put("applied", true));
        assertThat(server.runs.nextCommand().action())
                .isEqualTo(new RunMessage.Inject("calm down", Optional.of(Speaker.BOT1)));
    }

    @Test
    @DisplayName("a disconnect stops the chats with on_disconnect=cancel, and no others")
    void disconnect() throws Exception {
        FakeRuns.FakeRun other = server.runs.addRun("dev", script());
        client.sendJson(chatMessage("stays"));
        server.runs.nextStarted();
        client.sendJson(chatMessage("goes").put("on_disconnect", "cancel"));
        FakeRuns.FakeRun cancelled = server.runs.nextStarted();
        client.sendJson(attachMessage("watched", other.id()));
        client.nextMessage();
        client.nextMessage();
        client.nextMessage();
        client.close();
        RunMessage.Stop stop = server.runs.nextStop();
        assertThat(stop.run()).isEqualTo(cancelled.id());
        assertThat(stop.cause()).isEqualTo("disconnect");
        assertThat(server.runs.notStopped()).isTrue();
    }

    @Test
    @DisplayName("a close frame stops them too")
    void closeFrame() throws Exception {
        client.sendJson(chatMessage("goes").put("on_disconnect", "cancel"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        client.nextMessage();
        client.sendFrame(FIN | CLOSE, new byte[] {3, (byte) 0xe8});
        assertThat(server.runs.nextStop().run()).isEqualTo(run.id());
    }

    @Test
    @DisplayName("a chat whose client disconnects before it starts is stopped when it starts")
    void disconnectWhileStarting() throws Exception {
        Promise<Void> startPromise = Promise.promise();
        server.runs.startGate(startPromise.future());
        client.sendJson(chatMessage("goes").put("on_disconnect", "cancel"))
                .sendJson(new JsonObject().put("type", "ping"));
        client.nextMessage();
        client.close();
        try (WebSocketTestClient later =
                server.connect()) { // is served only after the server has noticed the other disconnect
            later.sendJson(new JsonObject().put("type", "ping")).nextMessage();
        }
        startPromise.complete();
        assertThat(server.runs.nextStop().cause()).isEqualTo("disconnect");
    }

    @Test
    @DisplayName("when the server drains, new chats are rejected, running ones continue, and 1012 follows the last")
    void drain() throws Exception {
        client.sendJson(chatMessage("c1"));
        FakeRuns.FakeRun run = server.runs.nextStarted();
        client.nextMessage();
        server.bus.publish(Addresses.SERVER_DRAINING, new ServerMessage.Draining());
        run.publishTokens("still here");
        assertThat(client.nextMessage().getString("delta")).isEqualTo("still here");
        assertThat(client.sendJson(chatMessage("c2")).nextMessage().getString("code"))
                .isEqualTo("shutting_down");
        run.fail(new Problem.Unavailable(Problem.Reason.SHUTTING_DOWN, Duration.ofSeconds(5)));
        assertThat(client.nextMessage().getString("code")).isEqualTo("shutting_down");
        assertThat(client.closeCode()).isEqualTo(1012);
    }

    @Test
    @DisplayName("when the server drains, idle sockets are closed with 1012 and upgrades rejected with 503")
    void drainIdle() throws Exception {
        server.bus.publish(Addresses.SERVER_DRAINING, new ServerMessage.Draining());
        assertThat(client.closeCode()).isEqualTo(1012);
        try (WebSocketTestClient late = server.connect()) {
            assertThat(late.status()).isEqualTo(503);
            assertThat(late.header("retry-after")).isPresent();
        }
    }

    @Test
    @DisplayName("when the server stops, every conversation gets a final event, then 1012")
    void shutdown() throws Exception {
        client.sendJson(chatMessage("c1")).sendJson(chatMessage("c2"));
        server.runs.nextStarted();
        server.runs.nextStarted();
        client.nextMessage();
        client.nextMessage();
        Future<Void> closed = server.vertx.undeploy(server.verticle.deploymentID());
        assertThat(List.of(client.nextMessage(), client.nextMessage()).stream()
                        .map(each -> each.getString("id") + each.getString("code")))
                .containsExactlyInAnyOrder("c1shutting_down", "c2shutting_down");
        assertThat(client.closeCode()).isEqualTo(1012);
        closed.await(5, SECONDS);
    }

    @Test
    @DisplayName("ping is answered with pong, under the same handle")
    void ping() throws Exception {
        assertThat(client.sendJson(new JsonObject().put("type", "ping").put("id", "p"))
                        .nextMessage())
                .isEqualTo(new JsonObject().put("type", "pong").put("id", "p"));
    }

    private static JsonObject chatMessage(String id) {
        return new JsonObject()
                .put("type", "chat")
                .put("id", id)
                .put("context_id", "default")
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "hi")));
    }

    private static JsonObject attachMessage(String id, String run) {
        return new JsonObject().put("type", "attach").put("id", id).put("run", run);
    }

    private static String text(List<JsonObject> messages) {
        return messages.stream().map(each -> each.getString("delta", "")).collect(Collectors.joining());
    }

    private static RunSpec.Chat script() {
        return new RunSpec.Chat(
                "", List.of(), ModelSelection.DEFAULT, OptionalDouble.empty(), OptionalInt.empty(), false, false);
    }

    private static RunSpec.Duo duoScript() {
        List<RunSpec.Bot> bots = IntStream.range(0, 2)
                .mapToObj(i -> new RunSpec.Bot(
                        "Bot " + i, ModelSelection.DEFAULT, "speak", OptionalDouble.empty(), OptionalInt.empty()))
                .toList();
        return new RunSpec.Duo("tea?", 4, bots, RunSpec.StopRules.NONE, Optional.empty());
    }
}
