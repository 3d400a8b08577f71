package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.ChatMessage;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Message;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.contract.RequestContext;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.Tools;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Serialization of tools on the bus")
class ToolsSerializationTest {

    private static final Prompt PROMPT = new Prompt(
            List.of(
                    ChatMessage.user("weather?"),
                    ChatMessage.assistantToolCalls(
                            "", List.of(new Tools.Call("call_1", "weather", "{\"city\":\"Köln \ud83d\ude00\"}"))),
                    ChatMessage.toolResult(new Tools.Result("call_1", true), "no idea")),
            new GenerationOptions(
                    OptionalDouble.of(0.2),
                    OptionalInt.of(9),
                    OptionalDouble.of(0.5),
                    OptionalInt.of(40),
                    OptionalDouble.of(-1),
                    OptionalDouble.of(1),
                    OptionalLong.of(7),
                    List.of("END"),
                    true,
                    Optional.of(GenerationOptions.ReasoningEffort.XHIGH)),
            Optional.of(new Prompt.ResponseSchema("a", "{}", false)),
            new Tools(
                    List.of(new Tools.Tool("weather", Optional.of("what it is like"), Optional.of("{}"), true)),
                    Tools.ToolChoice.REQUIRED,
                    Optional.of("weather"),
                    false));

    @Test
    @DisplayName("a request is received as it was sent")
    void inRequest() {
        Message open = new GatewayMessage.Open(
                "c", new RequestContext("r", "u", Optional.empty(), Optional.empty()), ModelSelection.DEFAULT, PROMPT);
        assertThat(roundTrip(open)).isEqualTo(open);
    }

    @Test
    @DisplayName("a reply is received as it was sent")
    void inReply() {
        List<Event> events = List.of(
                new ToolDelta(0, Optional.of("call_1"), Optional.of("weather"), ""),
                new ToolDelta(0, Optional.empty(), Optional.empty(), "{\"city"));
        Message batch = new Batch(new Cursor(1, 2), events, false);
        assertThat(roundTrip(batch)).isEqualTo(batch);
    }

    @Test
    @DisplayName("a prompt without tools and options has none")
    void withoutTools() throws Exception {
        Prompt prompt = ContractJson.MAPPER.readValue("""
                {"messages":[{"role":"USER","content":"hi"}]}""", Prompt.class);
        assertThat(prompt.tools()).isEqualTo(Tools.NONE);
        assertThat(prompt.options()).isEqualTo(GenerationOptions.NONE);
        assertThat(prompt.messages()).containsExactly(ChatMessage.user("hi"));
    }

    private static Message roundTrip(Message message) {
        WireCodec codec = new WireCodec(ContractJson.MAPPER);
        Buffer wire = Buffer.buffer();
        codec.encodeToWire(wire, message);
        return codec.decodeFromWire(0, wire);
    }
}
