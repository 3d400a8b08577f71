package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.DemoConfig;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.ChatMessage;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.contract.Tools;
import io.parley.demo.DemoProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@DisplayName("The demo provider, called like any other,")
@ExtendWith(VertxExtension.class)
class DemoProviderCallTest {

    private Vertx vertx;
    private final DemoProvider demo = new DemoProvider(new DemoConfig(true, 0));

    @BeforeEach
    void deploy(Vertx vertx) {
        this.vertx = vertx;
        ProviderTestClient.await(vertx.deployVerticle(demo));
    }

    @Test
    @DisplayName("answers and reports usage")
    void answers() {
        try (ProviderTestClient client = new ProviderTestClient(config())) {
            List<Event> events = client.answer();
            assertThat(ProviderTestClient.text(events)).startsWith("Hello! I am Parley's built-in demo model.");
            assertThat(events).last().isInstanceOfSatisfying(Completed.class, end -> {
                assertThat(end.usage().outputTokens()).isEqualTo(events.size() - 1);
                assertThat(end.usage().estimated()).isFalse();
            });
        }
    }

    @Test
    @DisplayName("stops at max_tokens")
    void limit() {
        Prompt three = new Prompt(
                List.of(ChatMessage.user("Hello")), GenerationOptions.of(OptionalDouble.empty(), OptionalInt.of(3)));
        try (ProviderTestClient client = new ProviderTestClient(config())) {
            assertThat(client.answer(three))
                    .hasSize(4)
                    .last()
                    .isInstanceOfSatisfying(
                            Completed.class, end -> assertThat(end.reason()).isEqualTo(FinishReason.LENGTH));
        }
    }

    @Test
    @DisplayName("finds flows when the request has the schema for them")
    void flows() {
        Prompt prompt = new Prompt(
                List.of(
                        ChatMessage.system("Find tasks. Today is 2026-11-21"),
                        ChatMessage.user(
                                "[{\"role\":\"user\",\"content\":\"I need to book a flight and call the client\"}]")),
                GenerationOptions.of(OptionalDouble.of(0), OptionalInt.of(4000)),
                Optional.of(new ResponseSchema("flows", "{\"type\":\"object\"}")),
                Tools.NONE);
        try (ProviderTestClient client = new ProviderTestClient(config())) {
            JsonObject answer = new JsonObject(ProviderTestClient.text(client.answer(prompt)));
            assertThat(answer.getJsonArray("flows").stream().map(flow -> ((JsonObject) flow).getString("title")))
                    .containsExactly("Book a flight", "Call the client");
        }
    }

    private ProviderConfig config() {
        Duration patient = Duration.ofSeconds(5);
        return new ProviderConfig(
                "demo",
                Format.OPENAI,
                URI.create("http://127.0.0.1:" + demo.port() + "/v1"),
                Optional.empty(),
                "demo",
                Optional.empty(),
                1000,
                1 << 20,
                new Timeouts(patient, patient, patient, patient, patient));
    }
}
