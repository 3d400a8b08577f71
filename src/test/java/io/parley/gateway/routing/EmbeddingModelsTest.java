package io.parley.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.BuiltInProfiles;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.ApiFormat;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem.Violation;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A request for embeddings")
class EmbeddingModelsTest {

    private static final NativeRequest TEXT = request(List.of());

    @ParameterizedTest
    @DisplayName(
            "is allowed for models of known families, for configured ones, and for those that only the provider knows")
    @ValueSource(
            strings = {
                "text-embedding-3-small",
                "nomic-embed-text:latest",
                "mxbai-embed-large",
                "BAAI/bge-m3",
                "bge-m3:567m",
                "intfloat/multilingual-e5-large",
                "Qwen/Qwen3-Embedding-8B",
                "gemini-embedding-001",
                "all-minilm",
                "all-minilm:l6-v2",
                "own-vectors",
                "something-new"
            })
    void allowed(String model) {
        assertThat(EmbeddingModels.unsupported(provider(Format.OPENAI), model, TEXT))
                .isEmpty();
    }

    @ParameterizedTest
    @DisplayName("is refused, naming the model, for configured chat models and for chat models of known families")
    @ValueSource(
            strings = {"chat-1", "chat-2", "gpt-5-mini", "gpt-4o", "claude-haiku-5-5", "o3", "o4-mini", "gemini-2.5-pro"
            })
    void refused(String model) {
        assertThat(EmbeddingModels.unsupported(provider(Format.OLLAMA), model, TEXT))
                .extracting(Violation::pointer)
                .containsExactly("/model");
    }

    @Test
    @DisplayName("is refused for every model of a provider without embeddings")
    void anthropic() {
        assertThat(EmbeddingModels.unsupported(provider(Format.ANTHROPIC), "text-embedding-3-small", TEXT))
                .extracting(Violation::pointer)
                .containsExactly("/model");
    }

    @Test
    @DisplayName("with tokens is refused, naming the input, for providers of another format than OpenAI's")
    void tokens() {
        Violation violation = new Violation("/input", "unsupported", "must be text");
        NativeRequest tokens = request(List.of(violation));
        assertThat(EmbeddingModels.unsupported(provider(Format.OPENAI), "bge-m3", tokens))
                .isEmpty();
        assertThat(EmbeddingModels.unsupported(provider(Format.OLLAMA), "bge-m3", tokens))
                .containsExactly(violation);
    }

    @Test
    @DisplayName("has no fallback to another model")
    void sameModel() {
        Candidate primary = new Candidate("a", "bge-m3", 1);
        Candidate same = new Candidate("b", "bge-m3", 1);
        Candidate other = new Candidate("c", "e5-small", 1);
        ProviderRoute route = new ProviderRoute(List.of(primary), List.of(other, same));
        assertThat(EmbeddingModels.sameModel(route)).isEqualTo(new ProviderRoute(List.of(primary), List.of(same)));
    }

    @Test
    @DisplayName("finds the provider that is configured with its model")
    void serves() {
        assertThat(provider(Format.OPENAI).serves("own-vectors")).isTrue();
    }

    private static NativeRequest request(List<Violation> untranslatable) {
        return new NativeRequest(ApiFormat.OPENAI_EMBEDDINGS, new byte[0], Map.of(), false, false, 1, untranslatable);
    }

    private static ProviderConfig provider(Format format) {
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                "p",
                format,
                URI.create("http://127.0.0.1:1"),
                Optional.empty(),
                "chat-1",
                Optional.empty(),
                1000,
                1 << 20,
                new Timeouts(second, second, second, second, second),
                List.of("chat-2"),
                1,
                List.of("own-vectors"),
                BuiltInProfiles.of(format));
    }
}
