package io.parley.http.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Usage;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Usage in Anthropic's format")
class AnthropicUsageTest {

    @Test
    @DisplayName("excludes cached tokens from the input, and names tokens used for thinking")
    void details() {
        Usage usage = new Usage(60, 7, 30, 20, 8, 5, false, OptionalLong.empty());

        assertThat(AnthropicViews.usage(usage).toString())
                .isEqualTo("{\"input_tokens\":10,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":30,"
                        + "\"output_tokens\":7,"
                        + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":12,\"ephemeral_1h_input_tokens\":8},"
                        + "\"output_tokens_details\":{\"thinking_tokens\":5}}");
    }

    @Test
    @DisplayName("omits the details that the provider did not report")
    void plain() {
        assertThat(AnthropicViews.usage(Usage.reported(60, 7, 0, 0, 0)).toString())
                .isEqualTo("{\"input_tokens\":60,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
                        + "\"output_tokens\":7}");
    }
}
