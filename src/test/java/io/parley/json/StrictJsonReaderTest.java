package io.parley.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.ProblemException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Strict JSON reader")
class StrictJsonReaderTest {

    private record Mode(String name, Consumer<String> read) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Mode> MODES = List.of(
            new Mode("request", text -> StrictJsonReader.request(text.getBytes(UTF_8))),
            new Mode("compatible request", text -> StrictJsonReader.compatibleRequest(text.getBytes(UTF_8))),
            new Mode("document", StrictJsonReader::document),
            new Mode("tree", text -> StrictJsonReader.tree(text.getBytes(UTF_8))));

    static Stream<Arguments> malformed() {
        return MODES.stream()
                .flatMap(mode -> Stream.of(
                        Arguments.of(mode, "an empty text", ""),
                        Arguments.of(mode, "an array", "[]"),
                        Arguments.of(mode, "an incomplete object", "{"),
                        Arguments.of(mode, "a second object", "{}{}"),
                        Arguments.of(mode, "a duplicate name", "{\"a\":1,\"a\":1}"),
                        Arguments.of(mode, "a duplicate name in a nested object", "{\"b\":{\"a\":1,\"\\u0061\":1}}"),
                        Arguments.of(mode, "single quotes", "{'a':1}"),
                        Arguments.of(mode, "a comment", "{}/**/"),
                        Arguments.of(mode, "a trailing comma", "{\"a\":1,}"),
                        Arguments.of(mode, "NaN", "{\"a\":NaN}"),
                        Arguments.of(mode, "a byte order mark", "\ufeff{}"),
                        Arguments.of(mode, "a raw line break", "{\"a\":\"\n\"}"),
                        Arguments.of(mode, "a number of 41 digits", "{\"a\":" + "1".repeat(41) + "}"),
                        Arguments.of(mode, "depth 129", nested(129))));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("malformed")
    @DisplayName("rejects malformed JSON in every mode")
    void malformed(Mode mode, String name, String text) {
        assertThatThrownBy(() -> mode.read().accept(text))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Malformed.class));
    }

    @Test
    @DisplayName("rejects invalid UTF-8")
    void utf8() {
        byte[] overlong = {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'};
        for (Consumer<byte[]> read : List.<Consumer<byte[]>>of(
                StrictJsonReader::request,
                StrictJsonReader::compatibleRequest,
                StrictJsonReader::tree,
                StrictJsonReader::utf8)) {
            assertThatThrownBy(() -> read.accept(overlong))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem())
                                    .isEqualTo(new Problem.Malformed("invalid_utf8", "the body is not UTF-8")));
        }
    }

    @Test
    @DisplayName("allows deeper nesting in schemas of compatible APIs")
    void depth() {
        assertThat(StrictJsonReader.compatibleRequest(nested(128).getBytes(UTF_8))
                        .has("a"))
                .isTrue();
        assertThat(StrictJsonReader.request(nested(32).getBytes(UTF_8)).has("a"))
                .isTrue();
        assertThatThrownBy(() -> StrictJsonReader.request(nested(33).getBytes(UTF_8)))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    @DisplayName("has no limit for strings but that of the body, and allows long names in schemas of compatible APIs")
    void lengths() {
        String text = "{\"a\":\"" + "x".repeat(3 << 20) + "\"}";
        assertThat(StrictJsonReader.compatibleRequest(text.getBytes(UTF_8)).text("a", TextRule.ANY))
                .hasSize(3 << 20);
        assertThat(StrictJsonReader.request(text.getBytes(UTF_8)).text("a", TextRule.ANY))
                .hasSize(3 << 20);
        assertThat(StrictJsonReader.compatibleRequest(named(1_000).getBytes(UTF_8))
                        .has("n".repeat(1_000)))
                .isTrue();
    }

    @Test
    @DisplayName("says which limit is exceeded")
    void limits() {
        assertThat(detail(() -> StrictJsonReader.request(named(129).getBytes(UTF_8))))
                .isEqualTo("a field name has more than 128 characters");
        assertThat(detail(() -> StrictJsonReader.compatibleRequest(named(70_000).getBytes(UTF_8))))
                .isEqualTo("a field name has more than 65536 characters");
        assertThat(detail(() -> StrictJsonReader.tree(("{\"a\":\"" + "x".repeat(70_000) + "\"}").getBytes(UTF_8))))
                .isEqualTo("a string has more than 65536 characters");
        assertThat(detail(() -> StrictJsonReader.request(nested(33).getBytes(UTF_8))))
                .isEqualTo("the body is nested deeper than 32 levels");
        assertThat(detail(() -> StrictJsonReader.request(("{\"a\":" + "1".repeat(41) + "}").getBytes(UTF_8))))
                .isEqualTo("a number has more than 40 characters");
        assertThat(detail(() -> StrictJsonReader.request("{'a':1}".getBytes(UTF_8))))
                .isEqualTo("the body is not strict JSON");
    }

    private static String detail(Runnable read) {
        return catchThrowableOfType(ProblemException.class, read::run).problem().detail();
    }

    private static String named(int length) {
        return "{\"" + "n".repeat(length) + "\":1}";
    }

    @Test
    @DisplayName("reports each number and string that cannot be represented, by its pointer")
    void unrepresentable() {
        String text = "{\"a\":[\"\\ud800\",-0,1e999,\"\\u0000\"],\"b/c\":\"\\u0001\"}";
        assertThat(violations(() -> StrictJsonReader.tree(text.getBytes(UTF_8))))
                .containsExactly("/a/0", "/a/1", "/a/2", "/a/3", "/b~1c");
        assertThat(violations(() ->
                        StrictJsonReader.compatibleRequest(text.getBytes(UTF_8)).finish()))
                .containsExactly("/a/0", "/a/1", "/a/2", "/a/3");
        assertThat(violations(() -> StrictJsonReader.document(text).finish()))
                .as("documents may contain escaped unpaired surrogates")
                .containsExactly("/a/1", "/a/2", "/a", "/b~1c");
    }

    private static List<String> violations(Runnable read) {
        ProblemException failure = catchThrowableOfType(ProblemException.class, read::run);
        return ((Problem.Invalid) failure.problem())
                .violations().stream().map(Violation::pointer).toList();
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }
}
