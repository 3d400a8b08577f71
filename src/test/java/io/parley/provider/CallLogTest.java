package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.parley.contract.Problem;
import io.parley.contract.Said;
import io.parley.contract.StreamMessage.Opened;
import io.parley.testing.FakeVendor;
import io.parley.testing.Scripts;
import io.parley.testing.Wire;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

@DisplayName("The log of provider calls")
class CallLogTest {

    private final FakeVendor vendor = FakeVendor.start();
    private final Logger logger = (Logger) LoggerFactory.getLogger(CallLog.class);
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
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
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
        assertThat(everything()).doesNotContain("Hello", "world", FakeVendor.KEY);
    }

    @Test
    @DisplayName("has the provider's error message, without the API key, without the prompt, on one line and truncated")
    void words() {
        String words = "key " + FakeVendor.KEY + " said\n'my secret plan' " + "x".repeat(600) + " tail";
        vendor.then(Scripts.problem(401, "{\"error\":{\"message\":" + Wire.quote(words) + "}}"));
        Problem problem;
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
            problem = Caller.refusal(caller.open("call", Caller.prompt(Said.user("my secret plan"))));
        }
        assertThat(lines.list.getLast().getLevel()).isEqualTo(Level.WARN);
        assertThat(everything())
                .contains("key *** said '[prompt]' xxx")
                .doesNotContain(FakeVendor.KEY, "secret plan", "tail", "\n");
        assertThat(problem + problem.detail() + problem.code()).doesNotContain(FakeVendor.KEY, "said", "***");
    }

    @Test
    @DisplayName("does not contain parts of the conversation that the provider quotes")
    void excerpt() {
        vendor.then(Scripts.problem(
                400, "{\"error\":{\"message\":\"bad input near 'plan is to buy the moon' at 7, sorry: to buy\"}}"));
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
            Caller.refusal(caller.open(
                    "call", Caller.prompt(Said.user("my secret\nplan is to buy the moon\nand to sell it"))));
        }
        assertThat(everything()).contains("bad input near '[prompt]' at 7, sorry: to buy");
    }

    @Test
    @DisplayName("keeps longer words that contain a short prompt")
    void shortPrompt() {
        vendor.then(Scripts.problem(401, "{\"error\":{\"message\":\"a bad day for 'a' key\"}}"));
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
            Caller.refusal(caller.open("call", Caller.prompt(Said.user("a"))));
        }
        assertThat(everything()).contains("[prompt] bad day for '[prompt]' key");
    }

    @Test
    @DisplayName("does not contain a body that is not an error of the provider")
    void strangeBody() {
        vendor.then(Scripts.problem(502, "<html>Hello " + FakeVendor.KEY + "</html>"));
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
            caller.refusal();
        }
        assertThat(everything()).doesNotContain("html", FakeVendor.KEY);
    }

    @Test
    @DisplayName("does not warn about a cancelled call")
    void cancelled() {
        vendor.then(Scripts.stall(Wire.OPENAI, "a"));
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
            Opened stream = Caller.await(caller.open("call", Caller.HELLO));
            Caller.await(caller.cancel("call"));
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
