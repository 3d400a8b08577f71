package io.parley.http.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.contract.ApiFormat;
import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.ProblemException;
import io.parley.http.generation.GenerationRequest;
import io.parley.json.StrictJsonReader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A request for embeddings")
class EmbeddingBodyTest {

    @Test
    @DisplayName("keeps its body as it came, and has its texts as messages for estimates")
    void texts() {
        String body = "{ \"model\":\"m\", \"input\":[\"one\",\"\"], \"encoding_format\":\"base64\", \"future\":1 }";
        GenerationRequest request = read(body);
        assertThat(request.prompt().messages()).extracting(ChatMessage::content).containsExactly("one", "");
        assertThat(request.selection().model()).hasValue("m");
        assertThat(request.nativeRequest()).hasValueSatisfying(sent -> {
            assertThat(new String(sent.body(), UTF_8)).isEqualTo(body);
            assertThat(sent.format()).isEqualTo(ApiFormat.OPENAI_EMBEDDINGS);
            assertThat(sent.untranslatable()).isEmpty();
        });
    }

    @ParameterizedTest
    @DisplayName("may have tokens, which are counted, and which only a provider of the same format can embed")
    @CsvSource(delimiter = '|', value = {"[5,6,7] | 1", "[[1],[2,3]] | 2"})
    void tokens(String input, int inputs) {
        GenerationRequest request = read("{\"model\":\"m\",\"input\":" + input + "}");
        assertThat(request.prompt().messages()).hasSize(inputs);
        assertThat(request.prompt().texts().mapToLong(text -> text.split(" ").length).sum())
                .isEqualTo(3);
        assertThat(request.nativeRequest().map(NativeRequest::untranslatable).orElseThrow())
                .extracting(Violation::pointer)
                .containsExactly("/input");
    }

    @ParameterizedTest
    @DisplayName("is rejected with the name of the invalid field")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/model | {\"input\":\"x\"}",
                "/input | {\"model\":\"m\"}",
                "/input | {\"model\":\"m\",\"input\":null}",
                "/input | {\"model\":\"m\",\"input\":[]}",
                "/input | {\"model\":\"m\",\"input\":7}",
                "/input | {\"model\":\"m\",\"input\":{}}",
                "/input | {\"model\":\"m\",\"input\":[[]]}",
                "/input | {\"model\":\"m\",\"input\":[1,\"x\"]}",
                "/input | {\"model\":\"m\",\"input\":[1.5]}",
                "/input | {\"model\":\"m\",\"input\":[[1],\"x\"]}",
                "/encoding_format | {\"model\":\"m\",\"input\":\"x\",\"encoding_format\":\"hex\"}",
                "/dimensions | {\"model\":\"m\",\"input\":\"x\",\"dimensions\":0}",
                "/dimensions | {\"model\":\"m\",\"input\":\"x\",\"dimensions\":\"8\"}",
                "/user | {\"model\":\"m\",\"input\":\"x\",\"user\":1}",
            })
    void invalid(String pointer, String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOfSatisfying(ProblemException.class, thrown -> assertThat(
                        ((Problem.Invalid) thrown.problem()).violations())
                .extracting(Violation::pointer)
                .containsExactly(pointer));
    }

    @ParameterizedTest
    @DisplayName("has at most 2048 inputs")
    @ValueSource(ints = {2048, 2049})
    void size(int inputs) {
        String list = String.join(",", IntStream.range(0, inputs).mapToObj(_ -> "\"x\"").toList());
        String body = "{\"model\":\"m\",\"input\":[" + list + "]}";
        if (inputs <= 2048) {
            assertThat(read(body).prompt().messages()).hasSize(inputs);
        } else {
            assertThatThrownBy(() -> read(body)).isInstanceOf(ProblemException.class);
        }
    }

    private static GenerationRequest read(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return EmbeddingBody.read(StrictJsonReader.compatibleRequest(bytes), bytes, CachePolicy.DEFAULT);
    }
}
