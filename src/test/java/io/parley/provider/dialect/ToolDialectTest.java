package io.parley.provider.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig.Format;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.ChatMessage;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.Tools.ToolChoice;
import io.parley.provider.ProviderTestClient;
import io.parley.provider.attempt.AnswerAssembler;
import io.parley.provider.codec.StreamDecoder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Tools, in the format of each provider,")
class ToolDialectTest {

    private static final Tools WEATHER = new Tools(
            List.of(
                    new Tools.Tool(
                            "weather",
                            Optional.of("What it is like"),
                            Optional.of("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}"),
                            true),
                    new Tools.Tool("time", Optional.empty(), Optional.empty(), false)),
            ToolChoice.AUTO,
            Optional.empty(),
            true);

    private static final List<ChatMessage> MESSAGES = List.of(
            ChatMessage.system("Be brief."),
            ChatMessage.user("Weather?"),
            ChatMessage.assistantToolCalls(
                    "Let me see.",
                    List.of(
                            new Tools.Call("call_1", "weather", "{\"city\":\"Köln\"}"),
                            new Tools.Call("call_2", "time", "{}"))),
            ChatMessage.toolResult(new Tools.Result("call_1", false), "rain"),
            ChatMessage.toolResult(new Tools.Result("call_2", true), "no clock"),
            ChatMessage.user("And?"));

    private static final String FUNCTIONS = """
            [{"type":"function","function":{"name":"weather","description":"What it is like",
            "parameters":{"type":"object","properties":{"city":{"type":"string"}}},"strict":true}},
            {"type":"function","function":{"name":"time"}}]""";

    private static final String OPENAI = """
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}}],"refusal":null},"logprobs":null,"finish_reason":null}]}

            data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"city\\":"}}]},"finish_reason":null}]}

            data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"Köln 👩‍👩‍👧\\"}"}}]},"finish_reason":null}]}

            data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"time","arguments":""}}]},"finish_reason":null}]}

            data: {"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: [DONE]

            """;

    private static final String ANTHROPIC = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":9,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Okay"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"call_a","name":"weather","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"city\\":\\"Köln"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":" 👩‍👩‍👧\\"}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_b","name":"time","input":{}}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":30}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    private static final String OLLAMA = """
            {"model":"m","created_at":"2026-11-21T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_a","function":{"index":0,"name":"weather","arguments":{"city":"Köln 👩‍👩‍👧"}}}]},"done":false}
            {"model":"m","created_at":"2026-11-21T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_b","function":{"name":"time","arguments":{}}}]},"done":false}
            {"model":"m","created_at":"2026-11-21T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":30}
            """;

    @Test
    @DisplayName("are sent to OpenAI with calls and results as separate messages")
    void openAi() {
        JsonObject body = body(Format.OPENAI, prompt(WEATHER));
        assertThat(body.getJsonArray("tools")).isEqualTo(new JsonArray(FUNCTIONS));
        assertThat(body.fieldNames()).doesNotContain("tool_choice", "parallel_tool_calls");
        assertThat(body.getJsonArray("messages")).isEqualTo(new JsonArray("""
                [{"role":"system","content":"Be brief."},{"role":"user","content":"Weather?"},
                {"role":"assistant","content":"Let me see.","tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Köln\\"}"}},
                {"id":"call_2","type":"function","function":{"name":"time","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"call_1","content":"rain"},
                {"role":"tool","tool_call_id":"call_2","content":"no clock"},
                {"role":"user","content":"And?"}]"""));
    }

    @Test
    @DisplayName("are sent to Anthropic with results first in the user's turn")
    void anthropic() {
        JsonObject body = body(Format.ANTHROPIC, prompt(WEATHER));
        assertThat(body.getJsonArray("tools")).isEqualTo(new JsonArray("""
                [{"name":"weather","description":"What it is like","strict":true,
                "input_schema":{"type":"object","properties":{"city":{"type":"string"}}}},
                {"name":"time","input_schema":{"type":"object","properties":{}}}]"""));
        assertThat(body.fieldNames()).doesNotContain("tool_choice");
        assertThat(body.getJsonArray("messages")).isEqualTo(new JsonArray("""
                [{"role":"user","content":"Weather?"},
                {"role":"assistant","content":[{"type":"text","text":"Let me see."},
                {"type":"tool_use","id":"call_1","name":"weather","input":{"city":"Köln"}},
                {"type":"tool_use","id":"call_2","name":"time","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"rain"},
                {"type":"tool_result","tool_use_id":"call_2","content":"no clock","is_error":true},
                {"type":"text","text":"And?"}]}]"""));
    }

    @Test
    @DisplayName("are sent to Ollama with arguments as objects and results by name")
    void ollama() {
        JsonObject body = body(Format.OLLAMA, prompt(WEATHER));
        assertThat(body.getJsonArray("tools")).isEqualTo(new JsonArray(FUNCTIONS));
        assertThat(body.getJsonArray("messages")).isEqualTo(new JsonArray("""
                [{"role":"system","content":"Be brief."},{"role":"user","content":"Weather?"},
                {"role":"assistant","content":"Let me see.","tool_calls":[
                {"id":"call_1","function":{"name":"weather","arguments":{"city":"Köln"}}},
                {"id":"call_2","function":{"name":"time","arguments":{}}}]},
                {"role":"tool","tool_call_id":"call_1","tool_name":"weather","content":"rain"},
                {"role":"tool","tool_call_id":"call_2","tool_name":"time","content":"no clock"},
                {"role":"user","content":"And?"}]"""));
    }

    @Test
    @DisplayName("have the requested tool choice")
    void choice() {
        Tools one = new Tools(WEATHER.definitions(), ToolChoice.REQUIRED, Optional.of("time"), false);
        JsonObject openAi = body(Format.OPENAI, prompt(one));
        assertThat(openAi.getJsonObject("tool_choice")).isEqualTo(new JsonObject("""
                {"type":"function","function":{"name":"time"}}"""));
        assertThat(openAi.getBoolean("parallel_tool_calls")).isFalse();
        assertThat(body(Format.ANTHROPIC, prompt(one)).getJsonObject("tool_choice"))
                .isEqualTo(new JsonObject("""
                {"type":"tool","name":"time","disable_parallel_tool_use":true}"""));
        Tools any = new Tools(WEATHER.definitions(), ToolChoice.REQUIRED, Optional.empty(), true);
        assertThat(body(Format.OPENAI, prompt(any)).getString("tool_choice")).isEqualTo("required");
        assertThat(body(Format.ANTHROPIC, prompt(any)).getJsonObject("tool_choice"))
                .isEqualTo(new JsonObject("{\"type\":\"any\"}"));
        Tools none = new Tools(WEATHER.definitions(), ToolChoice.NONE, Optional.empty(), true);
        assertThat(body(Format.OPENAI, prompt(none)).getString("tool_choice")).isEqualTo("none");
        assertThat(body(Format.ANTHROPIC, prompt(none)).getJsonObject("tool_choice"))
                .isEqualTo(new JsonObject("{\"type\":\"none\"}"));
        assertThat(body(Format.OLLAMA, prompt(none)).containsKey("tools")).isFalse();
    }

    @Test
    @DisplayName("are sent with the other generation options")
    void generationOptions() {
        GenerationOptions all = new GenerationOptions(
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.of(0.5),
                OptionalInt.of(40),
                OptionalDouble.of(-1),
                OptionalDouble.of(1),
                OptionalLong.of(7),
                List.of("END"),
                true,
                Optional.of(ReasoningEffort.HIGH));
        Prompt prompt = new Prompt(List.of(ChatMessage.user("hi")), all);
        assertThat(body(Format.OPENAI, prompt).getMap())
                .containsEntry("top_p", 0.5)
                .containsEntry("frequency_penalty", -1.0)
                .containsEntry("presence_penalty", 1.0)
                .containsEntry("seed", 7)
                .containsEntry("reasoning_effort", "high")
                .containsEntry("stop", List.of("END"))
                .containsEntry("response_format", Map.of("type", "json_object"));
        JsonObject anthropic = body(Format.ANTHROPIC, prompt);
        assertThat(anthropic.getJsonArray("stop_sequences")).containsExactly("END");
        assertThat(anthropic.getJsonObject("output_config")).isEqualTo(new JsonObject("{\"effort\":\"high\"}"));
        assertThat(anthropic.fieldNames()).doesNotContain("top_p", "top_k", "seed");
        JsonObject ollama = body(Format.OLLAMA, prompt);
        assertThat(ollama.getJsonObject("options")).isEqualTo(new JsonObject("""
                {"top_p":0.5,"top_k":40,"frequency_penalty":-1.0,"presence_penalty":1.0,"seed":7,"stop":["END"]}"""));
        assertThat(ollama.getString("format")).isEqualTo("json");
        assertThat(ollama.getString("think")).isEqualTo("high");
    }

    @ParameterizedTest
    @DisplayName("have the same calls wherever the bytes of the answer are split")
    @EnumSource
    void split(Format format) {
        byte[] all = wireAnswer(format).getBytes(UTF_8);
        for (int split = 0; split <= all.length; split++) {
            List<AnswerEvent> events =
                    read(format, Arrays.copyOf(all, split), Arrays.copyOfRange(all, split, all.length));
            Map<Integer, String> calls = new TreeMap<>();
            StringBuilder text = new StringBuilder();
            for (AnswerEvent event : events) {
                switch (event) {
                    case Delta delta -> text.append(delta.text());
                    case ToolDelta piece ->
                        calls.merge(
                                piece.index(),
                                piece.id().map(id -> id + " ").orElse("")
                                        + piece.name().map(name -> name + " ").orElse("")
                                        + piece.arguments(),
                                String::concat);
                    case Completed end -> assertThat(end.reason()).isEqualTo(FinishReason.TOOL_CALLS);
                    case AnswerEvent.Failed failed -> throw failed.problem().toException();
                    case AnswerEvent _ -> {}
                }
            }
            assertThat(calls)
                    .as("split at %d", split)
                    .isEqualTo(Map.of(0, "call_a weather {\"city\":\"Köln 👩‍👩‍👧\"}", 1, "call_b time {}"));
            assertThat(text.toString()).isEqualTo(format == Format.ANTHROPIC ? "Okay" : "");
            assertThat(events.getLast()).isInstanceOf(Completed.class);
        }
    }

    @Test
    @DisplayName("have distinct call ids, also if the provider sends none")
    void ids() {
        String nameless =
                "{\"model\":\"m\",\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"a\",\"arguments\":{}}},"
                        + "{\"function\":{\"name\":\"b\",\"arguments\":{\"x\":[1,{\"y\":null}]}}}]},\"done\":true}\n";
        List<ToolDelta> calls = read(Format.OLLAMA, nameless.getBytes(UTF_8)).stream()
                .filter(ToolDelta.class::isInstance)
                .map(ToolDelta.class::cast)
                .filter(each -> each.id().isPresent())
                .toList();
        assertThat(calls).extracting(ToolDelta::index).containsExactly(0, 1);
        assertThat(calls)
                .extracting(each -> each.id().orElseThrow())
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("call_[0-9a-f]{24}"));
        assertThat(calls.getLast().arguments()).isEqualTo("{\"x\":[1,{\"y\":null}]}");
    }

    private static String wireAnswer(Format format) {
        return switch (format) {
            case OPENAI -> OPENAI;
            case ANTHROPIC -> ANTHROPIC;
            case OLLAMA -> OLLAMA;
        };
    }

    private static List<AnswerEvent> read(Format format, byte[]... parts) {
        Dialect dialect = Dialect.of(DialectRequestTest.provider(format, Optional.empty()));
        AnswerAssembler answer = new AnswerAssembler(dialect, "call_1", "m", ProviderTestClient.HELLO, 1 << 20);
        StreamDecoder decoder = dialect.decoder(answer::add);
        for (byte[] part : parts) {
            decoder.feed(part);
        }
        Completed end = answer.complete();
        List<AnswerEvent> events = new ArrayList<>(answer.drain());
        events.add(end);
        return events;
    }

    private static Prompt prompt(Tools tools) {
        return new Prompt(MESSAGES, GenerationOptions.NONE, Optional.empty(), tools);
    }

    private static JsonObject body(Format format, Prompt prompt) {
        return Dialect.of(DialectRequestTest.provider(format, Optional.empty()))
                .request("m", prompt)
                .body()
                .toJsonObject();
    }
}
