package io.parley.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.ChatMessage;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.Usage;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The answer of a provider")
class ProviderAnswerTest {

    private final FakeProvider provider = FakeProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    private ProviderTestClient client(ProviderWireFormat wire) {
        return new ProviderTestClient(provider.config("fake", wire));
    }

    @ParameterizedTest
    @DisplayName("has its tokens, then a final event with the reported usage and model")
    @EnumSource
    void answer(ProviderWireFormat wire) {
        provider.enqueue(ProviderScripts.answer(wire, "Hel", "lo", " wörld 👋"));
        try (ProviderTestClient client = client(wire)) {
            assertThat(client.answer())
                    .containsExactly(
                            new Delta("Hel"),
                            new Delta("lo"),
                            new Delta(" wörld 👋"),
                            new Completed(FinishReason.STOP, Usage.reported(12, 3, 0, 0, 0), ProviderWireFormat.MODEL));
        }
    }

    @ParameterizedTest
    @DisplayName("is unchanged when its bytes arrive one by one")
    @EnumSource
    void byteWise(ProviderWireFormat wire) {
        String[] tokens = {"Grüße, ", "мир ", "👩‍👩‍👧"};
        provider.enqueue(exchange ->
                exchange.startStream(wire).writeByteByByte(wire.answer(tokens)).end());
        try (ProviderTestClient client = client(wire)) {
            List<Event> events = client.answer();
            assertThat(ProviderTestClient.text(events)).isEqualTo(String.join("", tokens));
            assertThat(events)
                    .last()
                    .isEqualTo(
                            new Completed(FinishReason.STOP, Usage.reported(12, 3, 0, 0, 0), ProviderWireFormat.MODEL));
        }
    }

    @ParameterizedTest
    @DisplayName("truncated at any byte is complete only if it contains an end mark, and fails otherwise")
    @EnumSource
    void truncatedAnywhere(ProviderWireFormat wire) throws Exception {
        byte[] fullBody = wire.answer("one", "two").getBytes(UTF_8);
        try (ProviderTestClient client = client(wire)) {
            for (int cut = 0; cut <= fullBody.length; cut += 7) {
                int bytes = cut;
                provider.enqueue(
                        cut % 2 == 0
                                ? ProviderScripts.truncateAfter(wire, bytes, "one", "two")
                                : ProviderScripts.resetAfter(wire, bytes, "one", "two"));
                List<Event> events = new ArrayList<>();
                try {
                    events.addAll(client.answer());
                } catch (RuntimeException refused) {
                    assertThat(Problem.of(refused)).isEqualTo(truncatedProblem());
                    continue;
                }
                String sent = new String(fullBody, 0, cut, UTF_8);
                boolean marked = (wire == ProviderWireFormat.OPENAI && sent.contains("\"stop\"}]}\n\n"))
                        || (wire == ProviderWireFormat.OLLAMA && sent.contains("\"done\":true") && sent.endsWith("}"));
                if (events.getLast() instanceof Completed) {
                    assertThat(marked)
                            .as("cut at %d of %d", cut, fullBody.length)
                            .isTrue();
                } else {
                    assertThat(events)
                            .last()
                            .isInstanceOfSatisfying(
                                    Failed.class,
                                    failed -> assertThat(failed.problem()).isEqualTo(truncatedProblem()));
                }
            }
        }
    }

    private static Problem truncatedProblem() {
        return new Problem.ProviderFailed("fake", Fault.TRUNCATED, Optional.empty());
    }

    @Test
    @DisplayName("completes with any reported usage: implausible counts are ignored")
    void implausibleUsage() {
        String text =
                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":9223372036854775807}}\n\n";
        String end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
        provider.enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                .write(ProviderWireFormat.OPENAI.begin() + ProviderWireFormat.OPENAI.token("Hi") + end + text
                        + "data: [DONE]\n\n")
                .end());
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.answer()).last().isInstanceOfSatisfying(Completed.class, completed -> {
                assertThat(completed.usage().estimated()).isTrue();
                assertThat(completed.usage().outputTokens()).isEqualTo(1);
            });
        }
    }

    @Test
    @DisplayName("in OpenAI's format is complete with only a finish reason, and with only [DONE]")
    void eitherMark() {
        String begin = ProviderWireFormat.OPENAI.begin() + ProviderWireFormat.OPENAI.token("Hi");
        String reason = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n";
        provider.enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                .write(begin + reason)
                .end());
        provider.enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                .write(begin + "data: [DONE]\n\n")
                .end());
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.answer()).last().isInstanceOfSatisfying(Completed.class, end -> {
                assertThat(end.reason()).isEqualTo(FinishReason.LENGTH);
                assertThat(end.usage().estimated()).isTrue();
                assertThat(end.usage().outputTokens()).isEqualTo(1);
                assertThat(end.usage().inputTokens()).isEqualTo(2);
            });
            assertThat(client.answer())
                    .last()
                    .isInstanceOfSatisfying(
                            Completed.class, end -> assertThat(end.reason()).isEqualTo(FinishReason.STOP));
        }
    }

    @ParameterizedTest
    @DisplayName("reuses the connection of an answer that ended cleanly")
    @EnumSource
    void reuse(ProviderWireFormat wire) {
        try (ProviderTestClient client = client(wire)) {
            for (int each = 0; each < 5; each++) {
                assertThat(client.answer()).hasSize(4);
            }
            assertThat(provider.acceptedConnections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @DisplayName("is not affected by pings and unknown frames")
    @EnumSource
    void unknown(ProviderWireFormat wire) {
        String received = wire == ProviderWireFormat.OLLAMA
                ? "{\"news\":[1,{}]}\n"
                : "event: news\ndata: {\"type\":\"news\",\"x\":[{}]}\n\n";
        provider.enqueue(exchange -> exchange.startStream(wire)
                .write(wire.ping() + wire.begin() + received + wire.ping() + wire.token("a") + received)
                .write(wire.finish(wire.stop(), 1, 1) + wire.end())
                .end());
        try (ProviderTestClient client = client(wire)) {
            assertThat(ProviderTestClient.text(client.answer())).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @DisplayName("has U+FFFD in place of invalid UTF-8 and continues")
    @EnumSource
    void invalidBytes(ProviderWireFormat wire) {
        byte[] bytes = wire.answer("a@b").getBytes(UTF_8);
        bytes[new String(bytes, UTF_8).indexOf('@')] = (byte) 0xFF;
        provider.enqueue(exchange -> exchange.startStream(wire).write(bytes).end());
        try (ProviderTestClient client = client(wire)) {
            assertThat(ProviderTestClient.text(client.answer())).isEqualTo("a\uFFFDb");
        }
    }

    @ParameterizedTest
    @DisplayName("that never ends is aborted at the size limit")
    @EnumSource
    void endless(ProviderWireFormat wire) {
        String token = wire.token("x".repeat(1000));
        provider.enqueue(exchange -> {
            exchange.startStream(wire).write(wire.begin());
            while (true) {
                exchange.write(token);
            }
        });
        try (ProviderTestClient client = client(wire)) {
            List<Event> events = client.answer();
            assertThat(ProviderTestClient.text(events).length()).isBetween((4 << 20) - 1000, 4 << 20);
            assertThat(events).last().isInstanceOfSatisfying(Failed.class, failed -> {
                assertThat(failed.problem())
                        .isEqualTo(new Problem.ProviderFailed("fake", Fault.OUTPUT_LIMIT, Optional.empty()));
                assertThat(failed.usage().outputTokens()).isGreaterThan(1_000_000);
            });
        }
    }

    @Test
    @DisplayName("that far exceeds max_tokens is aborted")
    void beyondMaxTokens() {
        provider.enqueue(ProviderScripts.stall(
                ProviderWireFormat.OPENAI, "x ".repeat(100).splitWithDelimiters(" ", -1)));
        Prompt ten = new Prompt(
                List.of(ChatMessage.user("Hello")), GenerationOptions.of(OptionalDouble.empty(), OptionalInt.of(10)));
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.answer(ten))
                    .last()
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> assertThat(failed.problem())
                                    .isEqualTo(
                                            new Problem.ProviderFailed("fake", Fault.OUTPUT_LIMIT, Optional.empty())));
        }
    }
}
