package io.parley.http.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Started;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.parley.http.stream.SseText;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A streamed answer in Parley's own format")
final class AiSseTest {

    private static final AnswerHandle HANDLE = new AnswerHandle(new StreamRef("s", "a"), "one", "m");

    @Test
    @DisplayName("has the reasoning as events of their own if the client asked for it")
    void thinking() {
        AiSse writer = new AiSse("req_1", true);
        Buffer out = Buffer.buffer();
        writer.start(out, HANDLE);
        writer.event(out, new Started(Usage.NONE));
        writer.event(out, new Thinking(ThinkingKind.TEXT, "hm"));
        writer.event(out, new Thinking(ThinkingKind.SIGNATURE, "x"));
        writer.event(out, new Delta("Yes"));
        writer.event(out, new Refusal("No"));
        assertThat(out.toString()).isEqualTo("""
                event: thinking
                data: {"delta":"hm","type":"thinking","provider":"one","finish_reason":null}

                data: {"delta":"Yes","type":"delta","provider":"one","finish_reason":null}

                data: {"delta":"No","type":"delta","provider":"one","finish_reason":null}

                """);
    }

    @Test
    @DisplayName("has a keepalive now and then in place of reasoning that the client did not ask for")
    void hidden() {
        AiSse writer = new AiSse("req_1", false);
        Buffer out = Buffer.buffer();
        writer.start(out, HANDLE);
        for (int piece = 0; piece < 128; piece++) {
            writer.event(out, new Thinking(ThinkingKind.TEXT, "hm"));
        }
        assertThat(out.toString()).isEqualTo(SseText.KEEPALIVE + SseText.KEEPALIVE);
    }
}
