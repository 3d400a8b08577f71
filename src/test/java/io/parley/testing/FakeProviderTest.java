package io.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("FakeProvider")
class FakeProviderTest {

    private final FakeProvider provider = FakeProvider.start();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @AfterEach
    void close() {
        client.shutdownNow();
        provider.close();
    }

    @Test
    @DisplayName("runs its scripts in order, and answers in the format of the path when it has no script")
    void scripts() throws Exception {
        provider.enqueue(ProviderScripts.errorResponse(429, "{}", "retry-after: 7"));
        HttpResponse<String> first = post("/v1/messages", "one");
        HttpResponse<String> second = post("/v1/messages", "two");
        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("retry-after")).hasValue("7");
        assertThat(second.body()).isEqualTo(ProviderWireFormat.ANTHROPIC.answer("Hello", ", ", "world"));
        assertThat(provider.exchanges()).extracting(FakeProviderExchange::body).containsExactly("one", "two");
        assertThat(provider.acceptedConnections()).isEqualTo(1);
    }

    @Test
    @DisplayName("truncates an answer at the given byte")
    void truncates() {
        provider.enqueue(ProviderScripts.truncateAfter(ProviderWireFormat.OPENAI, 100, "a"));
        assertThatThrownBy(() -> post("/v1/chat/completions", "")).isInstanceOf(IOException.class);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(provider.url(path))
                        .timeout(Duration.ofSeconds(5))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
