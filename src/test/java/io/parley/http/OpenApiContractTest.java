package io.parley.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.config.ExportConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.StreamMessage.Batch;
import io.parley.export.ExportVerticle;
import io.parley.http.conversation.ChatSse;
import io.parley.http.conversation.ChatSse.Format;
import io.parley.testing.SseParser;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Compares {@code openapi.yaml} with the routes of the server, in both directions. */
final class OpenApiContractTest {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private static HttpTestServer server;
    private static JsonNode contract;

    /** One operation of {@code openapi.yaml}. */
    private record Operation(String method, String path, JsonNode node) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = HttpTestServer.start();
        server.backend.on(
                Addresses.CONTEXT_LOAD,
                load -> new Context("ctx_1", load.owner(), "mine", Optional.empty(), Instant.EPOCH, Instant.EPOCH));
        ExportVerticle reader =
                new ExportVerticle(server.bus, new ExportConfig(List.of()), server.ids, InstantSource.system());
        server.vertx
                .deployVerticle(reader, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .await(5, TimeUnit.SECONDS);
        Map<String, Object> yaml =
                new Yaml().load(server.client.get("/openapi.yaml").body());
        contract = new JsonMapper().valueToTree(yaml);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("every route is in the contract, and every operation of the contract is a route")
    void sameRoutes() {
        Set<String> served = new TreeSet<>();
        server.httpVerticle.routes().forEach(route -> served.add(route.method() + " " + route.path()));
        served.remove("GET /asyncapi.yaml");
        Set<String> documented = new TreeSet<>();
        operations().forEach(operation -> documented.add(operation.toString()));
        assertThat(served).isEqualTo(documented);
    }

    @Test
    @DisplayName("every operation has a unique name, and every reference has a target")
    void names() {
        assertThat(operations())
                .extracting(operation -> operation.node().get("operationId").asText())
                .doesNotHaveDuplicates();
        contract.findValuesAsText("$ref")
                .forEach(ref -> assertThat(contract.at(ref.substring(1)).isMissingNode())
                        .as(ref)
                        .isFalse());
        assertThat(contract.get("openapi").asText()).startsWith("3.1.");
    }

    @Test
    @DisplayName("exactly the operations that the contract exempts need no credentials")
    void security() throws Exception {
        try (HttpTestServer authServer = HttpTestServer.startWithAuth()) {
            for (Operation operation : operations()) {
                JsonNode security = operation.node().path("security");
                boolean open = security.isArray() && security.isEmpty();
                int status = authServer
                        .client
                        .send(operation.method(), examplePath(operation), "")
                        .statusCode();
                assertThat(status == 401).as(operation.toString()).isEqualTo(!open);
                assertThat(operation.node().get("responses").has("401"))
                        .as(operation.toString())
                        .isEqualTo(!open);
            }
        }
    }

    @Test
    @DisplayName("a body has the fields of the contract: each one is accepted, and each required one is enforced")
    void bodies() throws Exception {
        for (Operation operation : operations()) {
            boolean otherFormat = operation
                    .path()
                    .startsWith("/v1/"); // these formats ignore unknown fields and have their own errors
            if (otherFormat || !operation.node().has("requestBody")) {
                continue;
            }
            JsonNode schema = resolve(operation.node().get("requestBody")).at("/content/application~1json/schema");
            Set<String> required = new HashSet<>();
            schema.path("required").forEach(name -> required.add("/" + name.asText() + " required"));
            Set<String> reported = violations(operation, "{\"x\":0}");
            assertThat(reported).as(operation.toString()).contains("/x unknown");
            reported.removeIf(violation -> !violation.endsWith(" required"));
            assertThat(reported).as(operation.toString()).isEqualTo(required);
            for (String field : (Iterable<String>) schema.get("properties")::fieldNames) {
                String type = schema.get("properties").get(field).path("type").asText();
                String invalid = type.equals("object") ? "7" : "{}";
                assertThat(violations(operation, "{\"" + field + "\":" + invalid + "}"))
                        .as(operation + " " + field)
                        .contains("/" + field + " type");
                boolean nullable = schema.get("properties")
                        .get(field)
                        .path("type")
                        .toString()
                        .contains("null");
                assertThat(violations(operation, "{\"x\":0,\"" + field + "\":null}")
                                .contains("/" + field + " type"))
                        .as(operation + " " + field + " null")
                        .isEqualTo(!nullable);
            }
        }
    }

    private static Set<String> violations(Operation operation, String body) throws Exception {
        String path = examplePath(operation);
        JsonNode problem = HttpJson.of(server.client.send(operation.method(), path, body), 422);
        Set<String> violations = new HashSet<>();
        problem.get("errors")
                .forEach(error -> violations.add(
                        error.get("pointer").asText() + " " + error.get("rule").asText()));
        return violations;
    }

    @Test
    @DisplayName("the events of a stream are those of the contract, with the fields that it requires and no others")
    void events() throws Exception {
        JsonNode documented = contract.at("/components/responses/ChatStream/content/text~1event-stream/x-sse-events");
        Set<String> eventNames = new HashSet<>();
        for (Format format : Format.values()) {
            for (RunEvent event : List.of(
                    ChatEvents.token("a"),
                    ChatEvents.thinking("hm"),
                    ChatEvents.reset(),
                    ChatEvents.completed(),
                    new RunEvent.FlowsExtracted(0, true, List.of()),
                    ChatEvents.done(),
                    ChatEvents.failed(new Problem.ProviderFailed("v", Problem.Fault.TRUNCATED, Optional.empty())),
                    ChatEvents.cancelled("user"))) {
                byte[] bytes = new ChatSse(format, "run_1", "r", false)
                        .render(new Batch(new Cursor(1, 1), List.of(event), false))
                        .getBytes();
                SseParser.Event sent = new SseParser().feed(bytes, bytes.length).getFirst();
                eventNames.add(sent.name());
                fields(alternative(resolve(documented.get(sent.name())), format), sent.data());
            }
        }
        assertThat(documented.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(eventNames);
    }

    /** The schema of the format, if an event has one for each: an object for JSON, a string for plain text. */
    private static JsonNode alternative(JsonNode schema, Format format) {
        return schema.has("oneOf") ? resolve(schema.get("oneOf").get(format == Format.JSON ? 0 : 1)) : schema;
    }

    private static void fields(JsonNode schema, String data) throws Exception {
        if (schema.get("type").asText().equals("string")) {
            return;
        }
        List<String> sent = new ArrayList<>();
        new JsonMapper().readTree(data).fieldNames().forEachRemaining(sent::add);
        schema.get("required").forEach(name -> assertThat(sent).contains(name.asText()));
        assertThat(schema.get("properties").fieldNames()).toIterable().containsAll(sent);
    }

    /** Returns some path of the operation. */
    private static String examplePath(Operation operation) {
        return operation
                .path()
                .replace("{index}", "0")
                .replace("{scope}", "global")
                .replaceAll("\\{\\w+}", "id_1");
    }

    private static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        contract.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(each -> {
                    if (METHODS.contains(each.getKey())) {
                        operations.add(
                                new Operation(each.getKey().toUpperCase(Locale.ROOT), path.getKey(), each.getValue()));
                    }
                }));
        return operations;
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? contract.at(node.get("$ref").asText().substring(1)) : node;
    }
}
