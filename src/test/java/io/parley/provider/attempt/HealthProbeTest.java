package io.parley.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.StreamMessage.Ack;
import io.parley.provider.ProviderTestClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A health probe of a provider")
class HealthProbeTest {

    private final FakeProvider provider = FakeProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    @ParameterizedTest
    @CsvSource({"OPENAI, /v1/models", "ANTHROPIC, /v1/models", "OLLAMA, /api/tags"})
    @DisplayName("requests the list of models, with the API key")
    void requestsModels(ProviderWireFormat wire, String path) throws Exception {
        provider.enqueue(ProviderScripts.errorResponse(200, "{\"data\":[]}"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", wire))) {
            ProviderTestClient.await(client.probe());
            FakeProviderExchange exchange = provider.nextExchange();
            assertThat(exchange.path()).isEqualTo(path);
            assertThat(exchange.header("authorization")).isEqualTo("Bearer " + FakeProvider.API_KEY);
            assertThat(exchange.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 404, 405, 429})
    @DisplayName("succeeds if the provider responds, even if it has no such list")
    void succeeds(int status) throws Exception {
        provider.enqueue(ProviderScripts.errorResponse(status, "{}"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            assertThat(ProviderTestClient.await(client.probe())).isEqualTo(new Ack());
            assertThat(provider.nextExchange().path()).isEqualTo("/v1/models");
        }
    }

    @ParameterizedTest
    @CsvSource({"401, AUTH", "403, AUTH", "500, ERROR", "503, OVERLOADED"})
    @DisplayName("fails with the fault of the response")
    void fails(int status, Fault fault) {
        provider.enqueue(ProviderScripts.errorResponse(status, "{}"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            assertThat(ProviderTestClient.rejection(client.probe()))
                    .isEqualTo(new Problem.ProviderFailed("fake", fault, Optional.empty()));
        }
    }

    @Test
    @DisplayName("fails if the provider is unreachable")
    void unreachable() {
        provider.close();
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            assertThat(ProviderTestClient.rejection(client.probe()))
                    .isEqualTo(new Problem.ProviderFailed("fake", Fault.UNREACHABLE, Optional.empty()));
        }
    }
}
