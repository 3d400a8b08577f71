package io.parley.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.Addresses;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.ContextMessage.Contexts;
import io.parley.contract.Cursor;
import io.parley.contract.FinishReason;
import io.parley.contract.FlowMessage;
import io.parley.contract.FlowMessage.ClearableField;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.Flows;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.Problem;
import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.DeleteRun;
import io.parley.contract.StoreMessage.ListRuns;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.Ack;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Contexts, flows and conversations: requests reach the bus, and responses follow the contract. */
final class ResourceRoutesTest {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");
    private static final Context CONTEXT = new Context("ctx_1", "dev", "Home", Optional.of("Be kind."), AT, AT);
    private static final Draft DRAFT = new Draft(
            "Book a flight",
            Optional.empty(),
            Priority.HIGH,
            Optional.of("2026-12-24"),
            true,
            Status.OPEN,
            Optional.of("run_1"));
    private static final Flow FLOW = new Flow("flow_1", "dev", "ctx_1", DRAFT, AT, AT);

    private static HttpTestServer server;
    private static FakeBackend backend;

    @BeforeAll
    static void start() throws Exception {
        server = HttpTestServer.start();
        backend = server.backend;
        backend.on(Addresses.CONTEXT_CREATE, _ -> CONTEXT)
                .on(Addresses.CONTEXT_CHANGE, _ -> CONTEXT)
                .on(Addresses.CONTEXT_DELETE, _ -> new Ack())
                .on(Addresses.FLOW_CREATE, _ -> FLOW)
                .on(Addresses.FLOW_LOAD, _ -> FLOW)
                .on(Addresses.FLOW_CHANGE, _ -> FLOW)
                .on(Addresses.FLOW_DELETE, _ -> new Ack())
                .on(Addresses.FLOW_LIST, _ -> new Flows(List.of(FLOW), Optional.of("abc")))
                .on(Addresses.STORE_DELETE_RUN, _ -> new Ack());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("a context is created, and the response has its location")
    void createContext() throws Exception {
        HttpResponse<String> answer =
                server.client.post("/api/v1/contexts", "{\"name\":\"Home\",\"system_prompt\":\"Be kind.\"}");
        JsonNode view = HttpJson.of(answer, 201);
        assertThat(answer.headers().firstValue("location")).hasValue("/api/v1/contexts/ctx_1");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(view.toString())
                .isEqualTo("{\"id\":\"ctx_1\",\"name\":\"Home\",\"system_prompt\":\"Be kind.\","
                        + "\"created_at\":\"2026-11-21T09:00:00Z\",\"updated_at\":\"2026-11-21T09:00:00Z\"}");
        assertThat(backend.received(ContextMessage.Create.class))
                .isEqualTo(new ContextMessage.Create("dev", "Home", Optional.of("Be kind.")));
    }

    @Test
    @DisplayName("a list is returned page by page")
    void listContexts() throws Exception {
        backend.on(
                Addresses.CONTEXT_LIST,
                request -> new Contexts(
                        List.of(CONTEXT), request.after().isEmpty() ? Optional.of("n-1") : Optional.empty()));
        JsonNode first = HttpJson.of(server.client.get("/api/v1/contexts?limit=1"), 200);
        assertThat(first.get("data")).hasSize(1);
        assertThat(first.get("has_more").asBoolean()).isTrue();
        assertThat(first.get("next").asText()).isEqualTo("n-1");
        assertThat(backend.received(ContextMessage.ListContexts.class))
                .isEqualTo(new ContextMessage.ListContexts("dev", 1, Optional.empty()));
        JsonNode last = HttpJson.of(server.client.get("/api/v1/contexts?after=n-1"), 200);
        assertThat(last.get("has_more").asBoolean()).isFalse();
        assertThat(last.get("next").isNull()).isTrue();
        assertThat(backend.received(ContextMessage.ListContexts.class))
                .isEqualTo(new ContextMessage.ListContexts("dev", 20, Optional.of("n-1")));
    }

    @Test
    @DisplayName("invalid page parameters are rejected with all their errors")
    void badPage() throws Exception {
        for (String limit : List.of("0", "101", "-1", "1.5", "x", "", "1e1", "0x1", "99999999999")) {
            JsonNode problem = HttpJson.of(server.client.get("/api/v1/contexts?limit=" + limit + "&after=%00"), 422);
            assertThat(problem.get("errors"))
                    .extracting(error -> error.get("pointer").asText())
                    .as(limit)
                    .containsExactly("/limit", "/after");
        }
    }

    @Test
    @DisplayName("null removes the prompt of a context, but not its name")
    void changeContext() throws Exception {
        HttpJson.of(server.client.patch("/api/v1/contexts/ctx_1", "{\"system_prompt\":null}"), 200);
        assertThat(backend.received(ContextMessage.Change.class))
                .isEqualTo(new ContextMessage.Change("dev", "ctx_1", Optional.empty(), Optional.empty(), true));
        HttpJson.of(server.client.patch("/api/v1/contexts/ctx_1", "{\"name\":\"Work\"}"), 200);
        assertThat(backend.received(ContextMessage.Change.class))
                .isEqualTo(new ContextMessage.Change("dev", "ctx_1", Optional.of("Work"), Optional.empty(), false));
        JsonNode problem = HttpJson.of(server.client.patch("/api/v1/contexts/ctx_1", "{\"name\":null}"), 422);
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/name");
    }

    @Test
    @DisplayName("a deletion is answered without a body")
    void delete() throws Exception {
        for (String path : List.of("/api/v1/contexts/ctx_1", "/api/v1/flows/flow_1", "/api/v1/conversations/run_1")) {
            HttpResponse<String> answer = server.client.delete(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(204);
            assertThat(answer.body()).isEmpty();
        }
        assertThat(backend.received(ContextMessage.Delete.class)).isEqualTo(new ContextMessage.Delete("dev", "ctx_1"));
        assertThat(backend.received(FlowMessage.Delete.class)).isEqualTo(new FlowMessage.Delete("dev", "flow_1"));
        assertThat(backend.received(DeleteRun.class)).isEqualTo(new DeleteRun("dev", "run_1"));
    }

    @Test
    @DisplayName("an object of another user and a missing one get the same response")
    void otherUsersObject() throws Exception {
        backend.fail(Addresses.CONTEXT_LOAD, new Problem.NotFound());
        HttpResponse<String> otherUsers = server.client.get("/api/v1/contexts/ctx_2", "X-Request-Id", "same");
        HttpResponse<String> missing = server.client.get("/api/v1/contexts/a.b", "X-Request-Id", "same");
        assertThat(otherUsers.statusCode()).isEqualTo(404);
        assertThat(otherUsers.body()).isEqualTo(missing.body());
        assertThat(otherUsers.headers()).isEqualTo(missing.headers());
    }

    @Test
    @DisplayName("an unknown route is distinguishable from an unknown object")
    void noRoute() throws Exception {
        HttpResponse<String> answer = server.client.get("/api/v1/nothing");
        JsonNode problem = HttpJson.of(answer, 404);
        assertThat(problem.get("code").asText()).isEqualTo("not_found");
        assertThat(problem.get("title").asText()).isEqualTo("Not Found");
        assertThat(problem.get("detail").asText()).isEqualTo("unknown route; see /openapi.yaml");
    }

    @Test
    @DisplayName("a flow can refer to a conversation of the caller, and to no other")
    void sourceRun() throws Exception {
        String flow = "{\"title\":\"Call Bob\",\"source_run\":\"run_1\"}";
        backend.fail(Addresses.STORE_LOAD_RUN, new Problem.NotFound());
        JsonNode problem = HttpJson.of(server.client.post("/api/v1/contexts/default/flows", flow), 422);
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/source_run");
        assertThat(backend.received(LoadRun.class)).isEqualTo(new LoadRun(Optional.of("dev"), "run_1"));
        assertThat(backend.requests()).noneMatch(FlowMessage.Create.class::isInstance);
        RunSpec.Chat chat = new RunSpec.Chat(
                "",
                List.of(),
                io.parley.contract.ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                true,
                false);
        backend.on(
                Addresses.STORE_LOAD_RUN,
                _ -> new Run(
                        "run_1", "dev", "c", RunStatus.COMPLETED, chat, new RunMessage.Lease("", 1, AT), AT, AT, 0));
        HttpJson.of(server.client.post("/api/v1/contexts/default/flows", flow), 201);
        assertThat(backend.received(FlowMessage.Create.class).draft().sourceRun())
                .hasValue("run_1");
    }

    @Test
    @DisplayName("a flow needs only a title")
    void createFlow() throws Exception {
        HttpResponse<String> answer = server.client.post("/api/v1/contexts/default/flows", "{\"title\":\"Call Bob\"}");
        HttpJson.of(answer, 201);
        assertThat(answer.headers().firstValue("location")).hasValue("/api/v1/flows/flow_1");
        assertThat(backend.received(FlowMessage.Create.class))
                .isEqualTo(new FlowMessage.Create(
                        "dev",
                        "default",
                        new Draft(
                                "Call Bob",
                                Optional.empty(),
                                Priority.MEDIUM,
                                Optional.empty(),
                                false,
                                Status.OPEN,
                                Optional.empty())));
    }

    @Test
    @DisplayName("a flow is shown with all its fields")
    void showFlow() throws Exception {
        assertThat(server.client.get("/api/v1/flows/flow_1").body())
                .isEqualTo(
                        "{\"id\":\"flow_1\",\"context_id\":\"ctx_1\",\"title\":\"Book a flight\",\"description\":null,"
                                + "\"priority\":\"high\",\"due_date\":\"2026-12-24\",\"reminder_enabled\":true,\"status\":\"open\","
                                + "\"source_run\":\"run_1\",\"created_at\":\"2026-11-21T09:00:00Z\","
                                + "\"updated_at\":\"2026-11-21T09:00:00Z\"}");
        assertThat(HttpJson.of(server.client.get("/api/v1/contexts/ctx_1/flows"), 200)
                        .get("next")
                        .asText())
                .isEqualTo("abc");
    }

    @Test
    @DisplayName("a patch changes the fields of a flow that it names, and clears those that are null")
    void changeFlow() throws Exception {
        HttpJson.of(
                server.client.patch(
                        "/api/v1/flows/flow_1",
                        "{\"status\":\"done\",\"due_date\":null,\"reminder_enabled\":false,\"description\":\"\"}"),
                200);
        assertThat(backend.received(FlowMessage.Change.class))
                .isEqualTo(new FlowMessage.Change(
                        "dev",
                        "flow_1",
                        Optional.empty(),
                        Optional.of(""),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(false),
                        Optional.of(Status.DONE),
                        Set.of(ClearableField.DUE_DATE)));
        for (String body : List.of(
                "{\"title\":null}",
                "{\"priority\":null}",
                "{\"status\":\"OPEN\"}",
                "{\"due_date\":\"tomorrow\"}",
                "{\"due_date\":\"2026-02-30\"}",
                "{\"due_date\":\"0000-12-31\"}",
                "{\"due_date\":\"-0001-12-31\"}",
                "{\"due_date\":\"+10000-01-01\"}",
                "{\"due_date\":\"+999999999-12-31T00:00:00Z\"}",
                "{\"due_date\":\"0001-01-01T00:00:00+01:00\"}",
                "{\"due_date\":\"9999-12-31T23:59:59-01:00\"}",
                "{\"source_run\":\"run_1\"}",
                "{\"context_id\":\"ctx_2\"}")) {
            assertThat(server.client.patch("/api/v1/flows/flow_1", body).statusCode())
                    .as(body)
                    .isEqualTo(422);
        }
    }

    @Test
    @DisplayName("text length is counted in code points, not in UTF-16 units")
    void codePoints() throws Exception {
        for (String title :
                List.of("\ud83d\ude00".repeat(200), "e\u0301".repeat(100), "\u202e\u200b\u001b[31m\t\n", "x")) {
            assertThat(server.client
                            .post("/api/v1/contexts/c/flows", flow(title))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(backend.received(FlowMessage.Create.class).draft().title())
                    .isEqualTo(title);
        }
        for (String title : List.of("\ud83d\ude00".repeat(201), "x".repeat(201), "", " \t\n", "\u3000")) {
            assertThat(server.client
                            .post("/api/v1/contexts/c/flows", flow(title))
                            .statusCode())
                    .isEqualTo(422);
        }
    }

    private static String flow(String title) {
        return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("title", title)
                .toString();
    }

    @Test
    @DisplayName("a transcript shows the messages with their speakers, and their cost")
    void transcript() throws Exception {
        RunSpec.Chat chat = new RunSpec.Chat(
                "",
                List.of(),
                io.parley.contract.ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                true,
                false);
        Run run =
                new Run("run_1", "dev", "ctx_1", RunStatus.COMPLETED, chat, new RunMessage.Lease("", 1, AT), AT, AT, 0);
        backend.on(
                Addresses.JOURNAL_READ,
                _ -> new Transcript(
                        run,
                        List.of(
                                new Entry(
                                        new ChatMessage(ChatMessage.Role.USER, "hi", Optional.of(AT)),
                                        Optional.empty(),
                                        OptionalInt.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()),
                                new Entry(
                                        new ChatMessage(ChatMessage.Role.ASSISTANT, "Hello!", Optional.of(AT)),
                                        Optional.of(Speaker.ASSISTANT),
                                        OptionalInt.of(0),
                                        Optional.of("openai"),
                                        Optional.of("gpt-x"),
                                        Optional.of(FinishReason.STOP),
                                        Optional.of(ChatEvents.USAGE))),
                        ChatEvents.USAGE,
                        120,
                        new Cursor(1, 4),
                        new RunMessage.Progress(1, 0, false, false, true, List.of(), Set.of())));
        assertThat(server.client.get("/api/v1/conversations/run_1").body())
                .isEqualTo("{\"id\":\"run_1\",\"context_id\":\"ctx_1\",\"kind\":\"chat\",\"status\":\"completed\","
                        + "\"created_at\":\"2026-11-21T09:00:00Z\",\"updated_at\":\"2026-11-21T09:00:00Z\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\",\"timestamp\":\"2026-11-21T09:00:00Z\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Hello!\",\"turn\":0,\"provider\":\"openai\",\"model\":\"gpt-x\","
                        + "\"finish_reason\":\"stop\",\"usage\":{\"input_tokens\":12,\"output_tokens\":8,\"cost_usd\":0.00012,"
                        + "\"estimated\":false},\"timestamp\":\"2026-11-21T09:00:00Z\"}],"
                        + "\"usage\":{\"input_tokens\":12,\"output_tokens\":8,\"cost_usd\":0.00012,\"estimated\":false},"
                        + "\"cursor\":\"1-4\"}");
        backend.on(Addresses.STORE_LIST_RUNS, _ -> new RunMessage.Runs(List.of(run), Optional.empty()));
        JsonNode list = HttpJson.of(server.client.get("/api/v1/conversations?context_id=ctx_1&limit=5"), 200);
        assertThat(list.at("/data/0/status").asText()).isEqualTo("completed");
        assertThat(backend.received(ListRuns.class))
                .isEqualTo(new ListRuns("dev", Optional.of("ctx_1"), 5, Optional.empty()));
    }

    @Test
    @DisplayName("a conversation is stopped by a request without a body, or with an empty object")
    void stopRun() throws Exception {
        backend.on(
                Addresses.RUN_STOP,
                stop -> new RunMessage.CommandResult(stop.run(), RunStatus.CANCELLED, true, Optional.empty()));
        for (String body : List.of("", "{}")) {
            HttpResponse<String> answer = server.client.post("/api/v1/conversations/run_1/stop", body);
            assertThat(HttpJson.of(answer, 200).toString())
                    .isEqualTo("{\"id\":\"run_1\",\"status\":\"cancelled\",\"applied\":true}");
            assertThat(backend.received(RunMessage.Stop.class).cause()).isEqualTo("user");
        }
    }
}
