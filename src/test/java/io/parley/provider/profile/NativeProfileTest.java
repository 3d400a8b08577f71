package io.parley.provider.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.BuiltInProfiles;
import io.parley.config.ProviderProfile;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A body that is passed on")
final class NativeProfileTest {

    private static final String LONG_ID = "call_" + "x".repeat(80);

    @ParameterizedTest
    @ValueSource(strings = {"openai", "openai-compatible", "anthropic"})
    @DisplayName("stays as it is, unknown fields included, if the profile is that of a format")
    void unchanged(String profile) {
        byte[] body = """
                { "max_tokens":1, "max_completion_tokens" : 2,"x":1e2,"tools":[{"function":{"parameters":{}}}],
                "messages":[{"role":"developer","content":[{"type":"text","text":"a b","id":"ab"}],
                "tool_calls":[{"id":"call_1"}]},{"tool_call_id":"call_1"}]}""".getBytes(UTF_8);
        assertThat(new NativeProfile(profile(profile), Set.of()).applied(body)).isSameAs(body);
    }

    @Test
    @DisplayName("has accepted ids of tool calls, the same in calls and results, and is otherwise unchanged")
    void toolIds() {
        String template = """
                {"x" : "Köln", "id":"ID","messages":[{"tool_calls":[ {"id" : "%1$s","function":{"arguments":"{\\"id\\":1}"}}]},
                {"tool_call_id":"%1$s" , "content":"ID"}],"y":1e2}""".replace("ID", LONG_ID);
        String changed = applied("openai", template.formatted(LONG_ID), Set.of());
        String id = changed.replaceAll("(?s).*\"tool_call_id\":\"([a-z0-9]+)\".*", "$1");
        assertThat(id).hasSizeLessThan(40);
        assertThat(changed).isEqualTo(template.formatted(id));
    }

    @Test
    @DisplayName("to Anthropic has accepted ids in blocks and results")
    void anthropicIds() {
        String template = """
                {"messages":[{"content":[{"type":"tool_use","id":"%1$s","input":{"id":"f:0"}}]},
                {"content":[{"type":"tool_result","tool_use_id":"%1$s"}]}]}""";
        String changed = applied("anthropic", template.formatted("f:0"), Set.of());
        String id = changed.replaceAll("(?s).*\"tool_use_id\":\"([a-z0-9]+)\".*", "$1");
        assertThat(changed).isEqualTo(template.formatted(id));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mistral  | {"max_completion_tokens":1} | {"max_tokens":1}
            mistral  | {"max_tokens":1, "x":2}     | {"max_tokens":1, "x":2}
            groq     | {"max_tokens":1}            | {"max_completion_tokens":1}
            vllm     | {"tools":[{"function":{"parameters":{}}}]} | {"tools":[{"function":{"parameters":{"type":"object","properties":{}}}}]}
            deepseek | {"response_format":{"type":"json_object"}, "messages":[]} | {"response_format":{"type":"json_object"}, "messages":[]}
            """)
    @DisplayName("has the fields that a certain provider accepts")
    void fields(String profile, String body, String changed) {
        assertThat(applied(profile, body, Set.of())).isEqualTo(changed);
    }

    @Test
    @DisplayName("asks in words for a schema that the provider cannot enforce")
    void schema() {
        String body = """
                {"messages":[{"role":"system","content":"Hi."}],"response_format":{"type":"json_schema",
                "json_schema":{"name":"a","schema":{"type":"object"}}}}""";
        assertThat(applied("deepseek", body, Set.of()))
                .contains("\"response_format\":{\"type\":\"json_object\"}")
                .contains("\"content\":\"Hi.\\n\\nAnswer with one JSON object")
                .contains("{\\\"type\\\":\\\"object\\\"}");
    }

    @Test
    @DisplayName("has the other name of the limit if the model has refused the client's")
    void refused() {
        String body = "{\"max_tokens\":1}";
        assertThat(applied("openai", body, EnumSet.of(RefusableOption.MAX_TOKENS)))
                .isEqualTo("{\"max_completion_tokens\":1}");
        assertThat(applied("openai", body, EnumSet.of(RefusableOption.MAX_COMPLETION_TOKENS)))
                .isEqualTo(body);
        assertThat(applied("openai", body, EnumSet.allOf(RefusableOption.class)))
                .isEqualTo(body);
    }

    private static String applied(String profile, String body, Set<RefusableOption> refused) {
        return new String(new NativeProfile(profile(profile), refused).applied(body.getBytes(UTF_8)), UTF_8);
    }

    private static ProviderProfile profile(String name) {
        return BuiltInProfiles.named(name).orElseThrow();
    }
}
