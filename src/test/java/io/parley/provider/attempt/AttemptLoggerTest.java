package io.parley.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.parley.contract.ChatMessage;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.provider.ProviderTestClient;
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

    private final FakeProvider provider = FakeProvider.start();
    private final Logger logger = (Logger) LoggerFactory.getLogger(AttemptLogger.class);
    private final ListAppender<ILoggingEvent> logLines = new ListAppender<>();

    @BeforeEach
    void attachAppender() {
        logLines.start();
        logger.addAppender(logLines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(logLines);
        provider.close();
    }

    @Test
    @DisplayName(
            "has one line for the start and one for the end, with the caller and the usage, and none for each token")
    void startAndEnd() {
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            client.answer();
        }
        assertThat(logLines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO, Level.INFO);
        assertThat(logLines.list)
                .allSatisfy(line -> assertThat(line.getKeyValuePairs())
                        .contains(
                                new KeyValuePair("request_id", "req_1"),
                                new KeyValuePair("user_id", "ada"),
                                new KeyValuePair("context_id", "ctx_1"),
                                new KeyValuePair("run_id", "run_1"),
                                new KeyValuePair("provider", "fake"),
                                new KeyValuePair("model", "asked-for")));
        assertThat(logLines.list.getLast().getKeyValuePairs())
                .contains(new KeyValuePair("input_tokens", 12L), new KeyValuePair("output_tokens", 3L));
        assertThat(allLines()).doesNotContain("Hello", "world", FakeProvider.API_KEY);
    }

    @Test
    @DisplayName("has the names in the provider's error, and none of its words, which may quote anything")
    void errorMessage() {
        String words = "key " + FakeProvider.API_KEY + " said 'my secret plan'";
        provider.enqueue(ProviderScripts.errorResponse(401, """
                {"error":{"message":%s,"type":"invalid_request_error","code":"unsupported_value","param":"temperature"}}""".formatted(ProviderWireFormat.quote(words))));
        Problem problem;
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            problem = ProviderTestClient.rejection(
                    client.open("call", ProviderTestClient.prompt(ChatMessage.user("my secret plan"))));
        }
        assertThat(logLines.list.getLast().getLevel()).isEqualTo(Level.WARN);
        assertThat(allLines())
                .contains("invalid_request_error, unsupported_value, temperature")
                .doesNotContain(FakeProvider.API_KEY, "secret plan", "said");
        assertThat(problem + problem.detail() + problem.code()).doesNotContain(FakeProvider.API_KEY, "said", "***");
    }

    @Test
    @DisplayName("does not contain a body that is not an error of the provider")
    void otherBody() {
        provider.enqueue(ProviderScripts.errorResponse(502, "<html>Hello " + FakeProvider.API_KEY + "</html>"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            client.rejection();
        }
        assertThat(allLines()).doesNotContain("html", FakeProvider.API_KEY);
    }

    @Test
    @DisplayName("does not warn about a cancelled call")
    void cancelled() {
        provider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "a"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            StreamRef stream = ProviderTestClient.await(client.open("call", ProviderTestClient.HELLO));
            ProviderTestClient.await(client.cancel("call"));
            client.readAll(stream);
        }
        assertThat(logLines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO, Level.INFO);
    }

    private String allLines() {
        List<String> all = logLines.list.stream()
                .map(line -> line.getFormattedMessage() + line.getKeyValuePairs())
                .toList();
        return String.join("|", all);
    }
}
