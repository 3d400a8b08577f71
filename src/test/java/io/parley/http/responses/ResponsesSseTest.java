package io.parley.http.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.FinishReason;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.parley.http.responses.ResponseView.Identity;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The events of a response")
class ResponsesSseTest {

    private static final Identity IDENTITY = new Identity("resp_1", Instant.ofEpochSecond(7), true);
    private static final AnswerHandle HANDLE = new AnswerHandle(new StreamRef("s", "p"), "p", "m-1");

    @Test
    @DisplayName("stream a text as the one part of a message")
    void text() throws Exception {
        JsonNode response = response(stop(), new Delta("Grüße, "), new Delta("мир \"👋\""));

        assertThat(types(response)).containsExactly("message");
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Grüße, мир \"👋\"");
        assertThat(response.get("status").asText()).isEqualTo("completed");
        assertThat(response.get("model").asText()).isEqualTo("m-1");
        assertThat(response.at("/usage/input_tokens").asInt()).isEqualTo(12);
        assertThat(response.at("/usage/input_tokens_details/cached_tokens").asInt())
                .isEqualTo(4);
        assertThat(response.at("/usage/output_tokens_details/reasoning_tokens").asInt())
                .isEqualTo(2);
        assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(17);
    }

    @Test
    @DisplayName("stream reasoning before the message, with what only its provider can read")
    void reasoning() throws Exception {
        JsonNode response = response(
                stop(),
                new Thinking(ThinkingKind.TEXT, "I "),
                new Thinking(ThinkingKind.TEXT, "think"),
                new Thinking(ThinkingKind.SIGNATURE, "c2ln"),
                new Thinking(ThinkingKind.REDACTED, "ZGF0YQ=="),
                new Delta("so"));

        assertThat(types(response)).containsExactly("reasoning", "reasoning", "message");
        assertThat(response.at("/output/0/summary/0/text").asText()).isEqualTo("I think");
        assertThat(response.at("/output/0/encrypted_content").asText()).isEqualTo("signed:c2ln");
        assertThat(response.at("/output/1/summary")).isEmpty();
        assertThat(response.at("/output/1/encrypted_content").asText()).isEqualTo("redacted:ZGF0YQ==");
    }

    @Test
    @DisplayName("stream a refusal as a part of its own")
    void refusal() throws Exception {
        JsonNode response = response(stop(), new Delta("Well. "), new Refusal("I "), new Refusal("won't"));

        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Well. ");
        assertThat(response.at("/output/0/content/1/type").asText()).isEqualTo("refusal");
        assertThat(response.at("/output/0/content/1/refusal").asText()).isEqualTo("I won't");
    }

    @Test
    @DisplayName("have the calls after each other, however their fragments arrive")
    void interleavedCalls() throws Exception {
        JsonNode response = response(
                end(FinishReason.TOOL_CALLS),
                first(0, "a", "{\"x\":"),
                first(1, "b", ""),
                more(1, "{\"y\":\"}"),
                more(0, "\"{\"}"),
                first(2, "c", "{}"),
                more(1, "\"}"),
                more(0, "\n"));

        assertThat(types(response)).containsExactly("function_call", "function_call", "function_call");
        assertThat(arguments(response)).containsExactly("{\"x\":\"{\"}", "{\"y\":\"}\"}", "{}");
        assertThat(response.at("/output/1/call_id").asText()).isEqualTo("id-1");
        assertThat(response.at("/output/1/name").asText()).isEqualTo("b");
        assertThat(response.at("/output/1/status").asText()).isEqualTo("completed");
    }

    @Test
    @DisplayName("stream the second call at once when the first is complete")
    void secondCallAtOnce() {
        Buffer out = Buffer.buffer();
        ResponsesSse sse = started(out);
        sse.event(out, first(0, "a", "{}"));
        sse.event(out, first(1, "b", "{\"unfinished\""));

        assertThat(out.toString()).contains("{\\\"unfinished\\\"");
    }

    @Test
    @DisplayName("keep text that arrives between the fragments of a call for a message after it")
    void textBetween() throws Exception {
        JsonNode response = response(
                end(FinishReason.TOOL_CALLS),
                new Delta("before"),
                first(0, "a", "{\"x\""),
                new Delta("between"),
                more(0, ":1}"),
                new Delta(" and after"));

        assertThat(types(response)).containsExactly("message", "function_call", "message");
        assertThat(arguments(response)).containsExactly("{\"x\":1}");
        assertThat(response.at("/output/2/content/0/text").asText()).isEqualTo("between and after");
    }

    @Test
    @DisplayName("give a call without arguments an empty object, and one without an id a fresh one")
    void emptyArguments() throws Exception {
        JsonNode response = response(
                end(FinishReason.TOOL_CALLS),
                new ToolDelta(0, Optional.of(""), Optional.of("a"), ""),
                first(1, "b", ""));

        assertThat(arguments(response)).containsExactly("{}", "{}");
        assertThat(response.at("/output/0/call_id").asText()).startsWith("call_");
    }

    @Test
    @DisplayName("report an answer that was cut by a limit as incomplete, with its last item")
    void cut() throws Exception {
        JsonNode response = response(end(FinishReason.LENGTH), new Delta("whole"), first(0, "a", "{\"x\":"));

        assertThat(response.get("status").asText()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_output_tokens");
        assertThat(response.at("/output/0/status").asText()).isEqualTo("completed");
        assertThat(response.at("/output/1/status").asText()).isEqualTo("incomplete");
        assertThat(arguments(response)).containsExactly("{\"x\":");
    }

    @ParameterizedTest
    @DisplayName("end as the finish reason says")
    @CsvSource({
        "STOP,completed,",
        "TOOL_CALLS,completed,",
        "PAUSE,completed,",
        "FILTER,incomplete,content_filter",
        "LENGTH,incomplete,max_output_tokens"
    })
    void ends(FinishReason reason, String status, @org.jspecify.annotations.Nullable String detail) throws Exception {
        JsonNode response = response(end(reason), new Delta("a"));

        assertThat(response.get("status").asText()).isEqualTo(status);
        assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo(detail == null ? "" : detail);
    }

    @Test
    @DisplayName("end a broken answer with a failed response, which has what came before")
    void failed() throws Exception {
        Buffer out = Buffer.buffer();
        ResponsesSse sse = started(out);
        sse.event(out, new Delta("half"));
        sse.failed(out, new Problem.ProviderFailed("p", Fault.TRUNCATED, Optional.empty()), usage());
        JsonNode response = ResponseStreamReader.read(out.getBytes());

        assertThat(response.get("status").asText()).isEqualTo("failed");
        assertThat(response.at("/error/code").asText()).isEqualTo("server_error");
        assertThat(response.at("/error/message").asText()).isNotBlank();
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("half");
        assertThat(response.at("/output/0/status").asText()).isEqualTo("incomplete");
    }

    @Test
    @DisplayName("are complete also if no provider has answered")
    void failedBefore() throws Exception {
        Buffer out = Buffer.buffer();
        sse(response -> Future.succeededFuture())
                .failed(out, new Problem.RateLimited(java.time.Duration.ofSeconds(1)), Usage.NONE);
        JsonNode response = ResponseStreamReader.read(out.getBytes());

        assertThat(response.at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(response.get("model").asText()).isEqualTo("asked");
    }

    @Test
    @DisplayName("may end when the response is stored, and not before")
    void stored() {
        Promise<Void> done = Promise.promise();
        List<ObjectNode> responses = new ArrayList<>();
        ResponsesSse sse = sse(response -> {
            responses.add(response);
            return done.future();
        });
        Buffer out = Buffer.buffer();
        sse.start(out, HANDLE);
        sse.event(out, stop());

        assertThat(sse.readyToEnd().isComplete()).isFalse();
        done.complete();
        assertThat(sse.readyToEnd().succeeded()).isTrue();
        assertThat(responses)
                .singleElement()
                .satisfies(response -> assertThat(response.get("id").asText()).isEqualTo("resp_1"));
    }

    @Test
    @DisplayName("are checked strictly: the reader of these tests finds a wrong order")
    void strict() {
        String good = stream(stop(), new Delta("a"), new Delta("b"));
        for (String[] change : new String[][] {
            {"\"sequence_number\":4", "\"sequence_number\":5"},
            {"\"output_index\":0", "\"output_index\":1"},
            {"\"item_id\":\"msg_1_0\"", "\"item_id\":\"msg_1_1\""},
            {"\"id\":\"msg_1_0\"", "\"id\":\"\""},
            {"\"text\":\"ab\"", "\"text\":\"a\""},
            {"response.output_text.delta", "response.output_text.piece"},
            {"event: response.completed\n", "event: response.failed\n"},
        }) {
            String bad = good.replaceFirst(java.util.regex.Pattern.quote(change[0]), change[1]);
            assertThat(bad).as(change[0]).isNotEqualTo(good);
            assertThatThrownBy(() -> ResponseStreamReader.read(bad))
                    .as(change[0])
                    .isInstanceOf(AssertionError.class);
        }
    }

    private static JsonNode response(Completed end, AnswerEvent... events) throws Exception {
        JsonNode streamed = ResponseStreamReader.read(stream(end, events));
        OutputAssembler collected = new OutputAssembler(IDENTITY.id(), new OutputAssembler.Listener() {});
        List.of(events).forEach(collected::accept);
        collected.finish(ResponseView.isWhole(end.reason()));
        assertThat(collected.view()).isEqualTo(streamed.get("output"));
        return streamed;
    }

    private static String stream(Completed end, AnswerEvent... events) {
        Buffer out = Buffer.buffer();
        ResponsesSse sse = started(out);
        List.of(events).forEach(event -> sse.event(out, event));
        sse.event(out, end);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ResponsesSse started(Buffer out) {
        ResponsesSse sse = sse(_ -> Future.succeededFuture());
        sse.start(out, HANDLE);
        return sse;
    }

    private static ResponsesSse sse(java.util.function.Function<ObjectNode, Future<Void>> store) {
        ResponseView view = ResponseView.of(StrictJsonReader.compatibleRequest("{}".getBytes(StandardCharsets.UTF_8)));
        return new ResponsesSse(IDENTITY, view, "asked", store);
    }

    private static ToolDelta first(int index, String name, String arguments) {
        return new ToolDelta(index, Optional.of("id-" + index), Optional.of(name), arguments);
    }

    private static ToolDelta more(int index, String arguments) {
        return new ToolDelta(index, Optional.empty(), Optional.empty(), arguments);
    }

    private static Completed stop() {
        return end(FinishReason.STOP);
    }

    private static Completed end(FinishReason reason) {
        return new Completed(reason, usage(), "m-1");
    }

    private static Usage usage() {
        return Usage.reported(12, 5, 4, 0, 2);
    }

    private static List<String> types(JsonNode response) {
        return values(response, "type");
    }

    private static List<String> arguments(JsonNode response) {
        return values(response, "arguments").stream()
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static List<String> values(JsonNode response, String name) {
        return StreamSupport.stream(response.get("output").spliterator(), false)
                .map(item -> item.path(name).asText())
                .toList();
    }
}
