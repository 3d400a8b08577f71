package io.parley.compatible;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.HttpTestClient;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Responses of a provider that has them")
class NativeResponsesTest {

    private static final String RESPONSES = "/v1/responses";

    /** A response with fields and items that Parley does not know. */
    private static final String RESPONSE = """
            {"id":"%s","object":"response","created_at":1,"status":"completed","model":"m-1","tomorrow":[1],"output":[{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"c2Vj"},{"id":"ws_1","type":"web_search_call","status":"completed"},{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello","annotations":[{"type":"url_citation"}]}]}],"usage":{"input_tokens":11,"input_tokens_details":{"cached_tokens":4},"output_tokens":3,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":14}}""";

    @SuppressWarnings("NullAway.Init")
    private static MultiProviderTestApp server;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        server = new MultiProviderTestApp(data, Map.of("providers.openai.responses", "yes"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("pass as one body with the request as it came, and are stored for their caller")
    void whole() throws Exception {
        String response = RESPONSE.formatted("resp_whole");
        respond(response);
        String request = """
                {"model":"%s", "input":"hi","tools":[{"type":"web_search"}],"brand_new":1.50,"metadata":{"a":"b"}}""";
        HttpResponse<String> answer = http().post(RESPONSES, request.formatted("openai/m-1"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(response);
        assertThat(server.provider(ProviderWireFormat.OPENAI)
                        .exchanges()
                        .getLast()
                        .path())
                .isEqualTo("/v1/responses");
        assertThat(lastBody()).isEqualTo(request.formatted("m-1"));
        assertThat(new JsonObject(http().get(RESPONSES + "/resp_whole").body())).isEqualTo(new JsonObject(response));
        JsonObject items =
                new JsonObject(http().get(RESPONSES + "/resp_whole/input_items").body());
        assertThat(items.getJsonArray("data").getJsonObject(0).getString("role"))
                .isEqualTo("user");
    }

    @Test
    @DisplayName("pass event by event, and are stored when they have ended")
    void stream() throws Exception {
        String events = events("resp_stream", "response.completed", RESPONSE.formatted("resp_stream"));
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(exchange ->
                        exchange.startStream(ProviderWireFormat.OPENAI).finish(events));
        HttpResponse<String> answer = http().post(RESPONSES, """
                {"model":"openai/m-1","stream":true,"input":"hi"}""");
        assertThat(withoutComments(answer.body())).isEqualTo(events);
        assertThat(new JsonObject(http().get(RESPONSES + "/resp_stream").body()))
                .isEqualTo(new JsonObject(RESPONSE.formatted("resp_stream")));
    }

    @Test
    @DisplayName("continue an earlier response by the id that the provider knows")
    void previous() throws Exception {
        respond(RESPONSE.formatted("resp_first"));
        http().post(RESPONSES, """
                {"model":"openai/m-1","input":"hi"}""");
        respond(RESPONSE.formatted("resp_second"));
        http().post(RESPONSES, """
                {"model":"openai/m-1","input":"and now?","previous_response_id":"resp_first"}""");
        assertThat(lastBody()).isEqualTo("""
                {"model":"m-1","input":"and now?","previous_response_id":"resp_first"}""");
    }

    @Test
    @DisplayName("continue at a provider that has no responses, with all that was said")
    void previousElsewhere() throws Exception {
        respond(RESPONSE.formatted("resp_moving"));
        http().post(RESPONSES, """
                {"model":"openai/m-1","input":"hi"}""");
        HttpResponse<String> answer = http().post(RESPONSES, """
                {"model":"anthropic/m-1","input":"and now?","previous_response_id":"resp_moving"}""");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(server.provider(ProviderWireFormat.ANTHROPIC)
                        .exchanges()
                        .getLast()
                        .body())
                .contains("\"hi\"", "\"Hello\"", "\"and now?\"");
    }

    @Test
    @DisplayName("that were made here for another provider are continued as items, not by their id")
    void previousMadeHere() throws Exception {
        JsonObject translated = new JsonObject(http().post(RESPONSES, """
                {"model":"anthropic/m-1","input":"hi"}""").body());
        respond(RESPONSE.formatted("resp_there"));
        HttpResponse<String> answer = http().post(RESPONSES, """
                {"model":"openai/m-1","input":"and now?","previous_response_id":"%s"}""".formatted(translated.getString("id")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(lastBody()).doesNotContain("previous_response_id").contains("\"hi\"", "and now?");
    }

    @Test
    @DisplayName("that are not to be stored are not")
    void notStored() throws Exception {
        respond(RESPONSE.formatted("resp_secret"));
        http().post(RESPONSES, """
                {"model":"openai/m-1","input":"hi","store":false}""");
        assertThat(http().get(RESPONSES + "/resp_secret").statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("that fail in mid-stream end with the provider's own event, and with an error if they break off")
    void broken() throws Exception {
        String failed = events("resp_f", "response.failed", """
                {"id":"resp_f","object":"response","status":"failed","error":{"code":"server_error","message":"oh"},"output":[]}""");
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(exchange ->
                        exchange.startStream(ProviderWireFormat.OPENAI).finish(failed))
                .enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                        .write(failed.substring(0, failed.indexOf("event: response.failed")))
                        .truncate());
        for (int round = 0; round < 2; round++) {
            String answer = withoutComments(http().post(RESPONSES, """
                    {"model":"openai/m-1","stream":true,"input":"hi"}""").body());
            assertThat(answer).startsWith(failed.substring(0, failed.indexOf("event: response.failed")));
            assertThat(answer.substring(failed.indexOf("event: response.failed")))
                    .startsWith("event: error\n")
                    .contains("\"sequence_number\":3");
        }
    }

    @Test
    @DisplayName("is counted with cached and reasoning tokens")
    void usage() throws Exception {
        respond(RESPONSE.formatted("resp_usage").replace("m-1", "counted"));
        http().post(RESPONSES, """
                {"model":"openai/counted","input":"hi"}""");
        eventually(() -> assertThat(http().get("/api/v1/usage?group_by=model").body())
                .containsPattern("\"counted\"[^}]*\"cached_tokens\":4[^}]*\"reasoning_tokens\":2"));
    }

    @Test
    @DisplayName("of others, and conversations of the provider, are not continued")
    void foreign() throws Exception {
        int before = server.provider(ProviderWireFormat.OPENAI).exchanges().size();
        for (String field : List.of(
                "\"previous_response_id\":\"resp_of_another\"",
                "\"previous_response_id\":\"../../x\"",
                "\"conversation\":\"conv_of_another\"")) {
            HttpResponse<String> answer = http().post(RESPONSES, """
                    {"model":"openai/m-1","input":"hi",%s}""".formatted(field));
            assertThat(answer.statusCode()).as(field).isEqualTo(400);
            assertThat(answer.body()).contains("\"param\":\"" + field.substring(1, field.indexOf('"', 1)));
        }
        assertThat(server.provider(ProviderWireFormat.OPENAI).exchanges()).hasSize(before);
    }

    @Test
    @DisplayName("go to their provider without the reasoning of another one")
    void foreignReasoning() throws Exception {
        respond(RESPONSE.formatted("resp_own"));
        http().post(RESPONSES, """
                {"model":"openai/m-1","input":[{"type":"reasoning","id":"rs_x","summary":[],"encrypted_content":"signed:SIG"},\
                {"type":"reasoning","id":"rs_y","summary":[],"encrypted_content":"gAAA"},{"role":"user","content":"hi"}]}""");
        assertThat(lastBody()).contains("gAAA").doesNotContain("SIG", "rs_x");
    }

    @Test
    @DisplayName("that end without anything are tried again, and are an error if nothing else comes")
    void empty() throws Exception {
        for (int attempt = 0; attempt < 3; attempt++) {
            server.provider(ProviderWireFormat.OPENAI)
                    .enqueue(exchange ->
                            exchange.startStream(ProviderWireFormat.OPENAI).finish("data: [DONE]\n\n"));
        }
        HttpResponse<String> answer = http().post(RESPONSES, """
                {"model":"openai/m-1","stream":true,"input":"hi","fallback":false}""");
        assertThat(answer.statusCode()).isEqualTo(502);
    }

    private static String events(String id, String end, String response) {
        return """
                event: response.created
                data: {"type":"response.created","sequence_number":0,"response":{"id":"%s","object":"response","status":"in_progress","output":[]}}

                event: response.output_item.added
                data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}

                event: response.output_text.delta
                data: {"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hello","logprobs":[],"obfuscation":"x"}

                event: %s
                data: {"type":"%s","sequence_number":3,"response":%s}

                """.formatted(id, end, end, response);
    }

    private static void respond(String response) {
        server.provider(ProviderWireFormat.OPENAI)
                .enqueue(exchange -> exchange.respond(200, response, "content-type: application/json"));
    }

    private static String lastBody() {
        return server.provider(ProviderWireFormat.OPENAI).exchanges().getLast().body();
    }

    private static HttpTestClient http() {
        return server.app().http();
    }

    private static String withoutComments(String stream) {
        return stream.replaceAll("(?m)^:.*\\n\\n?", "");
    }
}
