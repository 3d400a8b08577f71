package io.parley.provider.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Usage;
import io.parley.provider.ProviderTestClient;
import io.parley.provider.attempt.AnswerAssembler;
import io.parley.provider.codec.ProtocolException;
import io.parley.provider.codec.StreamDecoder;
import io.parley.provider.response.AttemptFailure;
import io.parley.testing.ProviderWireFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The stream of a provider")
class DialectStreamTest {

    @ParameterizedTest
    @DisplayName("is read identically wherever its bytes are split")
    @EnumSource
    void splitAnywhere(ProviderWireFormat wire) {
        byte[] all = wire.answer("Grüße, ", "мир 👩‍👩‍👧").getBytes(UTF_8);
        for (int split = 0; split <= all.length; split++) {
            StreamReading reading = new StreamReading(wire);
            reading.feed(Arrays.copyOf(all, split));
            reading.feed(Arrays.copyOfRange(all, split, all.length));
            assertThat(reading.events())
                    .as("split at %d", split)
                    .filteredOn(event -> !(event instanceof AnswerEvent.Started))
                    .containsExactly(
                            new Delta("Grüße, "),
                            new Delta("мир 👩‍👩‍👧"),
                            new Completed(FinishReason.STOP, Usage.reported(12, 2, 0, 0, 0), ProviderWireFormat.MODEL));
        }
    }

    @ParameterizedTest
    @DisplayName("truncated at any byte is complete only if it contains an end mark")
    @EnumSource
    void truncatedAnywhere(ProviderWireFormat wire) {
        String text = wire.answer("one", "two");
        byte[] all = text.getBytes(UTF_8);
        String mark = switch (wire) {
            case OPENAI -> "\"finish_reason\":\"stop\"}]}\n";
            case ANTHROPIC -> "{\"type\":\"message_stop\"}\n";
            case OLLAMA -> "\"done\":true";
        };
        int marked = wire == ProviderWireFormat.OLLAMA ? all.length - 1 : text.indexOf(mark) + mark.length() + 1;
        for (int cut = 0; cut < all.length; cut++) {
            StreamReading reading = new StreamReading(wire);
            reading.feed(Arrays.copyOf(all, cut));
            assertThat(reading.answer.answerComplete()).as("cut at %d", cut).isEqualTo(cut >= marked);
        }
    }

    @Test
    @DisplayName("without its last line break has its last line, but an incomplete line is ignored")
    void lastLine() {
        String stop = "event: message_stop\ndata: {\"type\":\"message_stop\"}";
        StreamReading reference = new StreamReading(ProviderWireFormat.ANTHROPIC);
        reference.feed(stop.getBytes(UTF_8));
        reference.decoder.end();
        assertThat(reference.answer.streamEnded()).isTrue();
        StreamReading half = new StreamReading(ProviderWireFormat.ANTHROPIC);
        half.feed(stop.substring(0, stop.length() - 1).getBytes(UTF_8));
        assertThatThrownBy(half.decoder::end).isInstanceOf(ProtocolException.class);
        assertThat(half.answer.streamEnded()).isFalse();
    }

    @ParameterizedTest
    @DisplayName("ends with a finish reason that is common to all providers")
    @CsvSource({
        "OPENAI, stop, STOP",
        "OPENAI, length, LENGTH",
        "OPENAI, content_filter, FILTER",
        "OPENAI, tool_calls, TOOL_CALLS",
        "OPENAI, function_call, TOOL_CALLS",
        "OPENAI, MAX_TOKENS, LENGTH",
        "OPENAI, model_length, LENGTH",
        "OPENAI, SAFETY, FILTER",
        "OPENAI, sensitive, FILTER",
        "ANTHROPIC, end_turn, STOP",
        "ANTHROPIC, stop_sequence, STOP",
        "ANTHROPIC, pause_turn, PAUSE",
        "ANTHROPIC, max_tokens, LENGTH",
        "ANTHROPIC, model_context_window_exceeded, LENGTH",
        "ANTHROPIC, refusal, FILTER",
        "ANTHROPIC, tool_use, TOOL_CALLS",
        "OLLAMA, stop, STOP",
        "OLLAMA, length, LENGTH",
    })
    void reasons(ProviderWireFormat wire, String wireReason, FinishReason reason) {
        assertThat(readWhole(wire, wire.begin() + wire.finish(wireReason, 1, 1) + wire.end()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Completed.class, end -> assertThat(end.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @DisplayName("fails if it ends with any other word")
    @CsvSource({
        "OPENAI, brand_new, PROTOCOL",
        "OPENAI, error, ERROR",
        "OPENAI, network_error, ERROR",
        "OPENAI, insufficient_system_resource, OVERLOADED",
        "ANTHROPIC, brand_new, PROTOCOL",
        "OLLAMA, load, PROTOCOL",
    })
    void badReasons(ProviderWireFormat wire, String wireReason, Fault fault) {
        StreamReading reading = new StreamReading(wire);
        reading.feed((wire.begin() + wire.token("x") + wire.finish(wireReason, 1, 1) + wire.end()).getBytes(UTF_8));
        assertThat(reading.answer.failure().map(AttemptFailure::fault)).hasValue(fault);
    }

    @Test
    @DisplayName("that ended at a stop sequence names it")
    void stopSequence() {
        assertThat(readWhole(ProviderWireFormat.ANTHROPIC, """
                data: {"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"END"}}

                data: {"type":"message_stop"}

                """))
                .singleElement()
                .isInstanceOfSatisfying(
                        Completed.class, end -> assertThat(end.stopSequence()).hasValue("END"));
    }

    @ParameterizedTest
    @DisplayName("of OpenAI has its usage wherever and under whatever name it stands")
    @ValueSource(
            strings = {
                "{\"choices\":[{\"delta\":{},\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"cached_tokens\":3}}]}",
                "{\"choices\":[],\"x_groq\":{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"cached_tokens\":3}}}",
                "{\"choices\":[],\"usage\":{\"input_tokens\":9,\"output_tokens\":4,\"input_tokens_details\":{\"cached_tokens\":3}}}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"prompt_cache_hit_tokens\":3}}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"cache_read_input_tokens\":3}}"
            })
    void usageAnywhere(String chunk) {
        assertThat(usage(
                        ProviderWireFormat.OPENAI,
                        ProviderWireFormat.OPENAI.token("x") + "data: " + chunk + "\n\ndata: [DONE]\n\n"))
                .isEqualTo(Usage.reported(9, 4, 3, 0, 0));
    }

    @Test
    @DisplayName("begins with the input that the provider counted before its first word")
    void started() {
        assertThat(readWhole(ProviderWireFormat.ANTHROPIC, ProviderWireFormat.ANTHROPIC.answer("x")))
                .first()
                .isEqualTo(new AnswerEvent.Started(Usage.reported(12, 0, 0, 0, 0)));
    }

    @Test
    @DisplayName("of OpenAI counts cached tokens, cache writes and reasoning tokens")
    void openAiUsage() {
        assertThat(usage(ProviderWireFormat.OPENAI, """
                data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}],"usage":null}

                data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,\
                "prompt_tokens_details":{"cached_tokens":30,"cache_write_tokens":20,"audio_tokens":0},\
                "completion_tokens_details":{"reasoning_tokens":40,"accepted_prediction_tokens":0}}}

                data: [DONE]

                """)).isEqualTo(Usage.reported(100, 50, 30, 20, 40));
    }

    @Test
    @DisplayName("of Anthropic counts plain input, cache reads and cache writes together")
    void anthropicUsage() {
        assertThat(usage(ProviderWireFormat.ANTHROPIC, """
                data: {"type":"message_start","message":{"model":"c","usage":{"input_tokens":10,\
                "cache_creation_input_tokens":20,"cache_read_input_tokens":30,"cache_creation":\
                {"ephemeral_5m_input_tokens":12,"ephemeral_1h_input_tokens":8},"output_tokens":1}}}

                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7,\
                "output_tokens_details":{"thinking_tokens":5}}}

                data: {"type":"message_stop"}

                """))
                .isEqualTo(new Usage(60, 7, 30, 20, 8, 5, false, OptionalLong.empty()));
    }

    @Test
    @DisplayName("of Ollama has an estimated input if the prompt came from its cache")
    void ollamaUsage() {
        assertThat(usage(
                        ProviderWireFormat.OLLAMA,
                        "{\"model\":\"l\",\"message\":{\"content\":\"x\"},\"done\":true,\"eval_count\":9}\n"))
                .isEqualTo(new Usage(2, 9, 0, 0, 0, true, OptionalLong.empty()));
    }

    @Test
    @DisplayName("of a reasoning model has its reasoning beside its answer")
    void reasoning() {
        assertThat(readWhole(ProviderWireFormat.ANTHROPIC, """
                data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}

                data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

                data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"x"}}

                data: {"index":1,"delta":{"type":"text_delta","text":"Yes"},"type":"content_block_delta"}

                data: {"type":"message_stop"}

                """))
                .startsWith(
                        new Thinking(ThinkingKind.TEXT, "hm"),
                        new Thinking(ThinkingKind.SIGNATURE, "x"),
                        new Delta("Yes"));
        assertThat(readWhole(ProviderWireFormat.OLLAMA, """
                {"message":{"role":"assistant","content":"","thinking":"hm"},"done":false}
                {"message":{"role":"assistant","content":"Yes"},"done":true}
                """))
                .startsWith(new Thinking(ThinkingKind.TEXT, "hm"), new Delta("Yes"));
        for (String field : List.of("reasoning_content", "reasoning", "thinking")) {
            assertThat(readWhole(
                            ProviderWireFormat.OPENAI,
                            "data: {\"choices\":[{\"delta\":{\"content\":\"Yes\",\"" + field
                                    + "\":\"hm\"}}]}\n\ndata: [DONE]\n\n"))
                    .startsWith(new Thinking(ThinkingKind.TEXT, "hm"), new Delta("Yes"));
        }
    }

    @Test
    @DisplayName("of Anthropic has nothing of tools that the provider runs, and the data of redacted reasoning")
    void unknownBlocks() {
        assertThat(readWhole(ProviderWireFormat.ANTHROPIC, """
                data: {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"abc"}}

                data: {"type":"content_block_stop","index":0}

                data: {"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}

                data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"query\\":1}"}}

                data: {"type":"content_block_stop","index":1}

                data: {"type":"content_block_start","index":2,"content_block":{"type":"web_search_tool_result","tool_use_id":"s","content":[]}}

                data: {"type":"content_block_stop","index":2}

                data: {"type":"content_block_start","index":3,"content_block":{"type":"text","text":"Yes"}}

                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}

                data: {"type":"message_stop"}

                """))
                .hasSize(3)
                .startsWith(new Thinking(ThinkingKind.REDACTED, "abc"), new Delta("Yes"));
    }

    @Test
    @DisplayName("of a model that refuses has the text of the refusal, which is no text of the answer")
    void refusal() {
        assertThat(readWhole(
                        ProviderWireFormat.OPENAI,
                        "data: {\"choices\":[{\"delta\":{\"content\":null,\"refusal\":\"No.\"}}]}\n\ndata: [DONE]\n\n"))
                .first()
                .isEqualTo(new AnswerEvent.Refusal("No."));
    }

    @ParameterizedTest
    @DisplayName("violates the protocol if a frame is not exactly one JSON object")
    @ValueSource(
            strings = {
                "1",
                "\"hi\"",
                "[]",
                "null",
                "{} {}",
                "{",
                "{\"choices\":",
                "{\"usage\":{\"prompt_tokens\":99999999999999999999}}"
            })
    void invalidFrame(String data) {
        assertThatThrownBy(() ->
                        new StreamReading(ProviderWireFormat.OPENAI).feed(("data: " + data + "\n\n").getBytes(UTF_8)))
                .isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @DisplayName("is read as if values of unexpected types were absent")
    @ValueSource(
            strings = {
                "{\"choices\":null,\"usage\":[],\"error\":null,\"model\":7}",
                "{\"choices\":[null,1,{\"delta\":\"x\"},{\"delta\":{\"content\":[7]},\"finish_reason\":{}}]}",
                "{\"usage\":{\"prompt_tokens\":\"many\",\"completion_tokens\":1.5,\"prompt_tokens_details\":7}}",
            })
    void unexpectedTypes(String data) {
        StreamReading reading = new StreamReading(ProviderWireFormat.OPENAI);
        reading.feed(("data: " + data + "\n\ndata: [DONE]\n\n").getBytes(UTF_8));
        assertThat(reading.events())
                .singleElement()
                .isInstanceOfSatisfying(
                        Completed.class,
                        end -> assertThat(end.usage().estimated()).isTrue());
    }

    @ParameterizedTest
    @DisplayName("that ends with an error has the fault of that error")
    @CsvSource(delimiter = '|', textBlock = """
            OPENAI    | data: {"error":{"message":"m","type":"server_error","code":null}}                  | ERROR
            OPENAI    | data: {"error":{"message":"m","type":"insufficient_quota"}}                        | QUOTA
            OPENAI    | data: {"error":{"message":"m","code":"rate_limit_exceeded"}}                       | RATE_LIMITED
            OPENAI    | data: {"error":{"message":"m","code":503}}                                         | OVERLOADED
            OPENAI    | data: {"error":{"message":"m","code":"400"}}                                       | REJECTED
            OPENAI    | data: {"error":"boom"}                                                             | ERROR
            OPENAI    | data: {"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}                         | RATE_LIMITED
            OPENAI    | data: {"errors":[{"message":"m","code":"429"}]}                                    | RATE_LIMITED
            OPENAI    | data: {"errors":["boom"]}                                                          | ERROR
            OPENAI    | data: {"detail":"boom"}                                                            | ERROR
            OPENAI    | data: {"detail":[{"loc":["body"],"msg":"m"}]}                                      | ERROR
            OPENAI    | data: {"code":429,"msg":"m"}                                                       | RATE_LIMITED
            OPENAI    | data: {"object":"error","message":"m","type":"x","code":503}                       | OVERLOADED
            OPENAI    | event: error%data: {"message":"m"}                                                 | ERROR
            OPENAI    | event: error%data: upstream is away                                                | ERROR
            OPENAI    | {"error":{"message":"m","code":"429"}}                                             | RATE_LIMITED
            OPENAI    | [{"error":{"message":"m","code":429}}]                                             | RATE_LIMITED
            OPENAI    | data: {"choices":[{"delta":{},"error":{"code":502,"message":"m"},"finish_reason":"error"}]} | ERROR
            ANTHROPIC | data: {"code":500,"msg":"404 NOT_FOUND","success":false}                           | ERROR
            ANTHROPIC | {"type":"error","error":{"type":"rate_limit_error","message":"m"}}                 | RATE_LIMITED
            ANTHROPIC | data: {"type":"error","error":{"type":"overloaded_error","message":"m"}}           | OVERLOADED
            ANTHROPIC | data: {"type":"error","error":{"type":"rate_limit_error","message":"m"}}           | RATE_LIMITED
            ANTHROPIC | data: {"type":"error","error":{"type":"invalid_request_error","message":"m"}}      | REJECTED
            ANTHROPIC | data: {"type":"error","error":{"type":"authentication_error","message":"m"}}       | AUTH
            ANTHROPIC | data: {"type":"error","error":{"type":"api_error","message":"m"}}                  | ERROR
            OLLAMA    | {"error":"an error was encountered while running the model"}                       | ERROR
            """)
    void errors(ProviderWireFormat wire, String line, Fault fault) {
        StreamReading reading = new StreamReading(wire);
        reading.feed((line.replace('%', '\n') + "\n\n").getBytes(UTF_8));
        assertThat(reading.answer.failure().map(AttemptFailure::fault)).hasValue(fault);
    }

    @Test
    @DisplayName("has no signals after its end or after an error")
    void nothingAfterEnd() {
        assertThat(readWhole(ProviderWireFormat.OPENAI, "data: [DONE]\n\n" + ProviderWireFormat.OPENAI.token("late")))
                .hasSize(1);
        StreamReading reading = new StreamReading(ProviderWireFormat.OPENAI);
        reading.feed((ProviderWireFormat.OPENAI.failure("server_error", "m") + ProviderWireFormat.OPENAI.answer("late"))
                .getBytes(UTF_8));
        assertThat(reading.answer.hasPending()).isFalse();
        assertThat(reading.answer.answerComplete()).isFalse();
    }

    private static List<AnswerEvent> readWhole(ProviderWireFormat wire, String stream) {
        StreamReading reading = new StreamReading(wire);
        reading.feed(stream.getBytes(UTF_8));
        return reading.events();
    }

    private static Usage usage(ProviderWireFormat wire, String stream) {
        return readWhole(wire, stream).getLast() instanceof Completed end ? end.usage() : Usage.NONE;
    }

    /** Reads a stream and collects its events. */
    private static final class StreamReading {
        private final AnswerAssembler answer;
        private final StreamDecoder decoder;

        private StreamReading(ProviderWireFormat wire) {
            Dialect dialect = Dialect.of(DialectRequestTest.provider(wire.format(), Optional.empty()));
            answer = new AnswerAssembler(dialect, "call_1", "asked-for", ProviderTestClient.HELLO, 1 << 20);
            decoder = dialect.decoder(answer::add);
        }

        private void feed(byte[] bytes) {
            decoder.feed(bytes);
        }

        private List<AnswerEvent> events() {
            assertThat(answer.streamEnded()).isTrue();
            Completed end = answer.complete();
            List<AnswerEvent> events = new ArrayList<>(answer.drain());
            events.add(end);
            return events;
        }
    }
}
