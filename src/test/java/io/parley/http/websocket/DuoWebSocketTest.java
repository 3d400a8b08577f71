package io.parley.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.DuoTestApp;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.WebSocketTestClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two-agent runs controlled over a WebSocket: the whole server, with slow providers. */
class DuoWebSocketTest {

    private static final Duration DELAY = Duration.ofMillis(10);

    @TempDir
    private static Path data;

    private static DuoTestApp app;

    private WebSocketTestClient socket;
    private final List<JsonObject> unread = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        app = DuoTestApp.start(data, Map.of("journal.linger", "1ms"));
        for (ProviderWireFormat wire : ProviderWireFormat.values()) {
            app.provider(wire).defaultScript(ProviderScripts.slow(wire, DELAY, "So ", "it ", "is."));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        app.close();
    }

    @BeforeEach
    void connect() throws Exception {
        socket = WebSocketTestClient.connect(app.app().server().httpPort(), SocketUpgradeHandler.PATH);
    }

    @AfterEach
    void disconnect() throws Exception {
        socket.close();
    }

    @Test
    @DisplayName("a run is paused, stepped, changed, resumed and stopped, each with its ack and its event")
    void commands() throws Exception {
        String run = app.startRun(ProviderWireFormat.OPENAI, ProviderWireFormat.ANTHROPIC, 50);
        attach("a", run, "0-0");
        assertThat(command("k1", run, "pause").getBoolean("applied")).isTrue();
        next("a", "paused");
        assertThat(command("k2", run, "pause").getBoolean("applied")).isFalse();
        assertThat(command("k3", run, "step").getBoolean("applied")).isTrue();
        next("a", "resumed");
        next("a", "turn_complete");
        next("a", "paused");
        socket.sendJson(
                commandMessage("k4", run, "inject").put("text", "mind the time").put("as", "moderator"));
        assertThat(next("k4", "ack").getBoolean("applied")).isTrue();
        assertThat(next("a", "injected").getString("text")).isEqualTo("mind the time");
        socket.sendJson(commandMessage("k5", run, "patch").put("index", 1).put("prompt", "You love cocoa"));
        assertThat(next("k5", "ack").getBoolean("applied")).isTrue();
        assertThat(next("a", "bot_updated").getInteger("revision")).isEqualTo(2);
        assertThat(command("k6", run, "resume").getBoolean("applied")).isTrue();
        next("a", "turn_started");
        assertThat(command("k7", run, "stop").getBoolean("applied")).isTrue();
        assertThat(next("a", "run_complete").getString("status")).isEqualTo("cancelled");
        assertThat(command("k8", run, "stop").getBoolean("applied")).isFalse();
        socket.sendJson(commandMessage("k9", run, "pause"));
        assertThat(next("k9", "error").getString("code")).isEqualTo("conflict");
    }

    @Test
    @DisplayName("a fork is acknowledged with the id of the new run, and one socket follows both")
    void fork() throws Exception {
        String run = app.startRun(ProviderWireFormat.OPENAI, ProviderWireFormat.OLLAMA, 50);
        attach("a", run, "0-0");
        next("a", "turn_complete");
        next("a", "turn_started");
        socket.sendJson(commandMessage("f", run, "fork").put("at_turn", 1));
        JsonObject ack = next("f", "ack");
        String other = ack.getString("run");
        assertThat(other).startsWith("run_").isNotEqualTo(run);
        attach("b", other, "0-0");
        assertThat(next("b", "run_started").getString("forked_from")).isEqualTo(run);
        next("b", "turn_started");
        next("a", "turn_complete");
        next("b", "turn_complete");
        command("s1", run, "stop");
        assertThat(next("a", "run_complete").getString("status")).isEqualTo("cancelled");
        next("b", "turn_complete");
        command("s2", other, "stop");
        assertThat(next("b", "run_complete").getString("status")).isEqualTo("cancelled");
        socket.sendJson(commandMessage("f2", run, "fork").put("at_turn", 99));
        assertThat(next("f2", "error").getString("code")).isEqualTo("invalid");
        socket.sendJson(commandMessage("f3", run, "fork"));
        assertThat(next("f3", "error").getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo("/at_turn");
    }

    @Test
    @DisplayName("a run that has ended is replayed from any cursor")
    void replay() throws Exception {
        String run = app.startRun(ProviderWireFormat.ANTHROPIC, ProviderWireFormat.OLLAMA, 2);
        app.readEvents(run, "");
        attach("a", run, "0-0");
        JsonObject first = next("a", "turn_complete");
        next("a", "run_complete");
        attach("b", run, first.getString("seq"));
        assertThat(next("b", "turn_started").getInteger("turn")).isEqualTo(1);
        assertThat(next("b", "run_complete").getString("status")).isEqualTo("completed");
        attach("a", run, "0-0");
        next("a", "run_complete");
    }

    @Test
    @DisplayName("a chat rejects the commands of two-agent runs")
    void chat() throws Exception {
        socket.sendJson(new JsonObject("""
                        {"type":"chat","id":"c","context_id":"default","extract_flows":false,
                         "messages":[{"role":"user","content":"hi"}]}"""));
        String run = next("c", "opened").getString("run");
        for (String name : List.of("pause", "resume", "step")) {
            socket.sendJson(commandMessage(name, run, name));
            assertThat(next(name, "error").getString("code")).isIn("not_found", "conflict");
        }
        assertThat(next("c", "done").getString("run_id")).isEqualTo(run);
        assertThat(app.app().http().get("/api/v1/conversations/" + run).body()).contains("\"status\":\"completed\"");
    }

    private void attach(String id, String run, String after) throws Exception {
        socket.sendJson(new JsonObject()
                .put("type", "attach")
                .put("id", id)
                .put("run", run)
                .put("after", after));
        assertThat(next(id, "opened").getString("run")).isEqualTo(run);
    }

    private JsonObject command(String id, String run, String name) throws Exception {
        socket.sendJson(commandMessage(id, run, name));
        return next(id, "ack");
    }

    private static JsonObject commandMessage(String id, String run, String name) {
        return new JsonObject()
                .put("type", "command")
                .put("id", id)
                .put("run", run)
                .put("command", name);
    }

    /** Waits for the next frame of this type and handle. Discards earlier frames of the same handle; keeps those of others. */
    private JsonObject next(String id, String type) throws Exception {
        Predicate<JsonObject> sameHandle = frame -> id.equals(frame.getString("id"));
        while (true) {
            JsonObject frame = unread.stream().filter(sameHandle).findFirst().orElse(null);
            if (frame == null) {
                unread.add(socket.nextMessage());
                continue;
            }
            unread.remove(frame);
            if (frame.getString("type").equals(type)) {
                return frame;
            }
            assertThat(frame.getString("type")).as(frame.encode()).isNotIn("error", "run_complete");
        }
    }
}
