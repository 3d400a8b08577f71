package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.parley.contract.Problem;
import io.parley.contract.ChatMessage;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

@DisplayName("The log of provider calls")
class AttemptLoggerTest {

    private final FakeProvider vendor = FakeProvider.start();
    private final Logger logger = (Logger) LoggerFactory.getLogger(AttemptLogger.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(lines);
        vendor.close();
    }

    @Test
    @DisplayName(
            "has one line for the start and one for the end, with the caller and the usage, and none for each token")
    void beginAndEnd() {
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            caller.answer();
        }
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO, Level.INFO);
        assertThat(lines.list)
                .allSatisfy(line -> assertThat(line.getKeyValuePairs())
                        .contains(
                                new KeyValuePair("request_id", "req_1"),
                                new KeyValuePair("user_id", "ada"),
                                new KeyValuePair("context_id", "ctx_1"),
                                new KeyValuePair("run_id", "run_1"),
                                new KeyValuePair("provider", "fake"),
                                new KeyValuePair("model", "asked-for")));
        assertThat(lines.list.getLast().getKeyValuePairs())
                .contains(new KeyValuePair("input_tokens", 12L), new KeyValuePair("output_tokens", 3L));
        assertThat(everything()).doesNotContain("Hello", "world", FakeProvider.KEY);
    }

    @Test
    @DisplayName("has the provider's error message, without the API key, without the prompt, on one line and truncated")
    void words() {
        String words = "key " + FakeProvider.KEY + " said\n'my secret plan' " + "x".repeat(600) + " tail";
        vendor.then(ProviderScripts.problem(401, "{\"error\":{\"message\":" + ProviderWireFormat.quote(words) + "}}"));
        Problem problem;
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            problem = ProviderTestClient.refusal(caller.open("call", ProviderTestClient.prompt(ChatMessage.user("my secret plan"))));
        }
        assertThat(lines.list.getLast().getLevel()).isEqualTo(Level.WARN);
        assertThat(everything())
                .contains("key *** said '[prompt]' xxx")
                .doesNotContain(FakeProvider.KEY, "secret plan", "tail", "\n");
        assertThat(problem + problem.detail() + problem.code()).doesNotContain(FakeProvider.KEY, "said", "***");
    }

    @Test
    @DisplayName("does not contain parts of the conversation that the provider quotes")
    void excerpt() {
        vendor.then(ProviderScripts.problem(
                400, "{\"error\":{\"message\":\"bad input near 'plan is to buy the moon' at 7, sorry: to buy\"}}"));
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            ProviderTestClient.refusal(caller.open(
                    "call", ProviderTestClient.prompt(ChatMessage.user("my secret\nplan is to buy the moon\nand to sell it"))));
        }
        assertThat(everything()).contains("bad input near '[prompt]' at 7, sorry: to buy");
    }

    @Test
    @DisplayName("keeps longer words that contain a short prompt")
    void shortPrompt() {
        vendor.then(ProviderScripts.problem(401, "{\"error\":{\"message\":\"a bad day for 'a' key\"}}"));
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            ProviderTestClient.refusal(caller.open("call", ProviderTestClient.prompt(ChatMessage.user("a"))));
        }
        assertThat(everything()).contains("[prompt] bad day for '[prompt]' key");
    }

    @Test
    @DisplayName("does not contain a body that is not an error of the provider")
    void strangeBody() {
        vendor.then(ProviderScripts.problem(502, "<html>Hello " + FakeProvider.KEY + "</html>"));
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            caller.refusal();
        }
        assertThat(everything()).doesNotContain("html", FakeProvider.KEY);
    }

    @Test
    @DisplayName("does not warn about a cancelled call")
    void cancelled() {
        vendor.then(ProviderScripts.stall(ProviderWireFormat.OPENAI, "a"));
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            StreamRef stream = ProviderTestClient.await(caller.open("call", ProviderTestClient.HELLO));
            ProviderTestClient.await(caller.cancel("call"));
            caller.rest(stream);
        }
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO, Level.INFO);
    }

    private String everything() {
        List<String> all = lines.list.stream()
                .map(line -> line.getFormattedMessage() + line.getKeyValuePairs())
                .toList();
        return String.join("|", all);
    }
}
