package io.parley.http.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.Problem.Violation;
import io.parley.http.generation.Translation;
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
    @DisplayName("has its texts as messages for estimates")
    void texts() {
        Translation translation = read("{\"model\":\"m\",\"input\":[\"one\",\"\"],\"user\":\"u\"}");
        assertThat(translation.violations()).isEmpty();
        assertThat(translation.parsed().prompt().messages())
                .extracting(ChatMessage::content)
                .containsExactly("one", "");
        assertThat(translation.selection().model()).hasValue("m");
        assertThat(translation.parsed().droppedHints()).containsExactly("user");
    }

    @ParameterizedTest
    @DisplayName("may have tokens, which are counted, and which only a provider of the same format can embed")
    @CsvSource(
            delimiter = '|',
            value = {"[5,6,7] | 1", "[[1],[2,3]] | 2"})
    void tokens(String input, int inputs) {
        Translation translation = read("{\"model\":\"m\",\"input\":" + input + "}");
        assertThat(translation.parsed().prompt().messages()).hasSize(inputs);
        assertThat(translation
                        .parsed()
                        .prompt()
                        .texts()
                        .mapToLong(text -> text.split(" ").length)
                        .sum())
                .isEqualTo(3);
        assertThat(translation.violations())
                .extracting(Violation::pointer, Violation::rule)
                .containsExactly(tuple("/input", "unsupported"));
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
            })
    void invalid(String pointer, String body) {
        assertThat(read(body).violations()).extracting(Violation::pointer).containsExactly(pointer);
    }

    @ParameterizedTest
    @DisplayName("has at most 2048 inputs")
    @ValueSource(ints = {2048, 2049})
    void size(int inputs) {
        String list = String.join(
                ",", IntStream.range(0, inputs).mapToObj(_ -> "\"x\"").toList());
        String body = "{\"model\":\"m\",\"input\":[" + list + "]}";
        assertThat(read(body).violations().isEmpty()).isEqualTo(inputs <= 2048);
    }

    private static Translation read(String body) {
        return EmbeddingBody.translate(StrictJsonReader.compatibleRequest(body.getBytes(UTF_8)), CachePolicy.DEFAULT);
    }
}
