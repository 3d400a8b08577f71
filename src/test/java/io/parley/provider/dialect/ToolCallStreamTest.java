package io.parley.provider.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.FinishReason;
import io.parley.provider.ProviderTestClient;
import io.parley.provider.attempt.AnswerAssembler;
import io.parley.provider.codec.StreamDecoder;
import io.parley.testing.ProviderWireFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The tool calls of a stream")
class ToolCallStreamTest {

    private static final int STREAMS = 400;

    @ParameterizedTest
    @DisplayName("are those that the model made, however their pieces and the bytes are split")
    @EnumSource
    void randomStreams(ProviderWireFormat wire) {
        for (int seed = 0; seed < STREAMS; seed++) {
            RandomToolCalls stream = new RandomToolCalls(wire, new Random(seed), false);
            Reading reading = read(wire, stream.bytes(), new Random(seed));
            assertThat(reading.calls).as("seed %d: %s", seed, stream.text()).isEqualTo(stream.calls());
            assertThat(reading.text.toString()).as("seed %d", seed).isEqualTo(stream.words());
            assertThat(reading.reason).as("seed %d", seed).isEqualTo(FinishReason.TOOL_CALLS);
        }
    }

    @Test
    @DisplayName("are those that OpenAI's SDK reads from the same stream")
    void openAiSdk() throws Exception {
        for (int seed = 0; seed < STREAMS; seed++) {
            RandomToolCalls stream = new RandomToolCalls(ProviderWireFormat.OPENAI, new Random(seed), true);
            ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
            for (String data : data(stream)) {
                accumulator.accumulate(
                        com.openai.core.ObjectMappers.jsonMapper().readValue(data, ChatCompletionChunk.class));
            }
            List<String> calls = new ArrayList<>();
            accumulator
                    .chatCompletion()
                    .choices()
                    .getFirst()
                    .message()
                    .toolCalls()
                    .orElse(List.of())
                    .forEach(call -> calls.add(call.asFunction().id() + " "
                            + call.asFunction().function().name() + " "
                            + call.asFunction().function().arguments()));
            assertSameCalls(ProviderWireFormat.OPENAI, stream, calls);
        }
    }

    @Test
    @DisplayName("are those that Anthropic's SDK reads from the same stream")
    void anthropicSdk() throws Exception {
        JsonMapper json = new JsonMapper();
        for (int seed = 0; seed < STREAMS; seed++) {
            RandomToolCalls stream = new RandomToolCalls(ProviderWireFormat.ANTHROPIC, new Random(seed), true);
            MessageAccumulator accumulator = MessageAccumulator.create();
            for (String data : data(stream)) {
                accumulator.accumulate(
                        com.anthropic.core.ObjectMappers.jsonMapper().readValue(data, RawMessageStreamEvent.class));
            }
            List<String> calls = new ArrayList<>();
            for (ContentBlock block : accumulator.message().content()) {
                if (block.isToolUse()) {
                    calls.add(block.asToolUse().id() + " " + block.asToolUse().name() + " "
                            + json.writeValueAsString(com.anthropic.core.ObjectMappers.jsonMapper()
                                    .convertValue(block.asToolUse()._input(), Map.class)));
                }
            }
            assertSameCalls(ProviderWireFormat.ANTHROPIC, stream, calls);
        }
    }

    /** SDKs leave the arguments of a call without any empty. */
    private static void assertSameCalls(ProviderWireFormat wire, RandomToolCalls stream, List<String> calls) {
        assertThat(read(wire, stream.bytes(), new Random(7)).calls.values())
                .as(stream.text())
                .containsExactlyInAnyOrderElementsOf(calls.stream()
                        .map(call -> call.endsWith(" ") ? call + "{}" : call)
                        .toList());
    }

    private static List<String> data(RandomToolCalls stream) {
        return Arrays.stream(stream.text().split("\n", -1))
                .filter(line -> line.startsWith("data: {"))
                .map(line -> line.substring(6))
                .toList();
    }

    @ParameterizedTest
    @DisplayName("are recognized in every form that OpenAI-compatible providers use")
    @ValueSource(
            strings = {
                // late and empty names
                "{'index':0,'id':'a','function':{'arguments':''}}|{'index':0,'function':{'name':'','arguments':''}}|{'index':0,'function':{'name':'f','arguments':'{\\'x\\':1}'}}|{'index':1,'id':'b','function':{'name':'g','arguments':'{}'}}",
                // a new id in every piece
                "{'index':0,'id':'a','function':{'name':'f','arguments':''}}|{'index':0,'id':'q','function':{'name':'f','arguments':'{\\'x\\':'}}|{'index':0,'id':'r','function':{'arguments':'1}'}}|{'index':1,'id':'b','function':{'name':'g','arguments':'{}'}}",
                // no index
                "{'id':'a','function':{'name':'f'}}|{'id':'b','function':{'name':'g'}}|{'id':'a','function':{'arguments':'{\\'x\\':1}'}}",
                // no index, ids only at first
                "{'id':'a','function':{'name':'f'}}|{'function':{'arguments':'{\\'x\\':'}}|{'function':{'arguments':'1}'}}|{'id':'b','function':{'name':'g','arguments':null}}",
                // one index for all calls
                "{'index':0,'id':'a','function':{'name':'f','arguments':'{\\'x\\':1}'}}|{'index':0,'id':'b','function':{'name':'g','arguments':'{}'}}",
                // arguments as objects
                "{'index':0,'id':'a','function':{'name':'f','arguments':{'x':1}}}|{'index':1,'id':'b','function':{'name':'g','arguments':{}}}",
                // all calls in one chunk
                "{'id':'a','function':{'name':'f','arguments':'{\\'x\\':1}'}},{'id':'b','function':{'name':'g','arguments':''}}",
                // interleaved
                "{'index':0,'id':'a','function':{'name':'f'}},{'index':1,'id':'b','function':{'name':'g'}}|{'index':1,'function':{'arguments':'{'}}|{'index':0,'function':{'arguments':'{\\'x\\':1}'}}|{'index':1,'function':{'arguments':'}'}}"
            })
    void forms(String form) {
        StringBuilder stream = new StringBuilder();
        for (String chunk : form.split("\\|", -1)) {
            stream.append("data: {\"choices\":[{\"delta\":{\"tool_calls\":[")
                    .append(chunk.replace("\\'", "\\\"").replace('\'', '"'))
                    .append("]}}]}\n\n");
        }
        Reading reading = read(ProviderWireFormat.OPENAI, (stream + "data: [DONE]\n\n").getBytes(UTF_8), new Random(1));
        assertThat(reading.calls.values()).containsExactly("a f {\"x\":1}", "b g {}");
    }

    @Test
    @DisplayName("that were cut by the token limit keep what there is of their arguments")
    void cut() {
        String stream = """
                data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\\"x\\":"}}]}}]}

                data: {"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"arguments":""}}]}}]}

                data: {"choices":[{"delta":{},"finish_reason":"length"}]}

                data: [DONE]

                """;
        Reading reading = read(ProviderWireFormat.OPENAI, stream.getBytes(UTF_8), new Random(1));
        assertThat(reading.calls.values()).containsExactly("a f {\"x\":");
        assertThat(reading.reason).isEqualTo(FinishReason.LENGTH);
    }

    private static Reading read(ProviderWireFormat wire, byte[] bytes, Random random) {
        Dialect dialect = Dialect.of(DialectRequestTest.provider(wire.format(), Optional.empty()));
        AnswerAssembler answer = new AnswerAssembler(dialect, "call_1", "m", ProviderTestClient.HELLO, 1 << 20);
        StreamDecoder decoder = dialect.decoder(answer::add);
        for (int at = 0; at < bytes.length; ) {
            int next = Math.min(bytes.length, at + 1 + random.nextInt(80));
            decoder.feed(Arrays.copyOfRange(bytes, at, next));
            at = next;
        }
        assertThat(answer.failure()).isEmpty();
        assertThat(answer.missing()).isEmpty();
        AnswerEvent.Completed end = answer.complete();
        return new Reading(new ArrayList<>(answer.drain()), end.reason());
    }

    /** The calls as {@code id name arguments}, in the order in which their first pieces were published. */
    private static final class Reading {
        private final Map<Integer, String> calls = new TreeMap<>();
        private final StringBuilder text = new StringBuilder();
        private final FinishReason reason;

        private Reading(List<AnswerEvent> events, FinishReason reason) {
            this.reason = reason;
            for (AnswerEvent event : events) {
                switch (event) {
                    case Delta delta -> text.append(delta.text());
                    case ToolDelta piece -> {
                        assertThat(calls.containsKey(piece.index()))
                                .isNotEqualTo(
                                        piece.id().isPresent() && piece.name().isPresent());
                        calls.merge(
                                piece.index(),
                                piece.id().map(id -> id + " ").orElse("")
                                        + piece.name().map(name -> name + " ").orElse("")
                                        + piece.arguments(),
                                String::concat);
                    }
                    default -> {}
                }
            }
        }
    }
}
