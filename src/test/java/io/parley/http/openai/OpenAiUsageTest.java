package io.parley.http.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Usage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Usage in OpenAI's format")
class OpenAiUsageTest {

    @Test
    @DisplayName("counts cached and reasoning tokens among the tokens of the prompt and of the answer")
    void details() {
        assertThat(OpenAiViews.usage(Usage.reported(100, 50, 30, 20, 40)).toString())
                .isEqualTo("{\"prompt_tokens\":100,\"completion_tokens\":50,\"total_tokens\":150,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":30,\"cache_write_tokens\":20},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":40}}");
    }
}
