package io.parley.provider.response;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.provider.codec.Frame;
import io.parley.provider.response.Signal.AnswerComplete;
import io.parley.provider.response.Signal.Text;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An answer of several choices")
class ChatReaderTest {

    private final NativeReader reader = new NativeReader.ChatReader(2);

    @Test
    @DisplayName("is complete when the last of them has ended, and has the text of all")
    void choices() {
        assertThat(read("{\"index\":0,\"delta\":{\"content\":\"a\"}},{\"index\":1,\"delta\":{\"content\":\"b\"}}"))
                .contains(new Text("a"), new Text("b"));
        assertThat(read("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}"))
                .doesNotContain(new AnswerComplete());
        assertThat(read("{\"index\":1,\"delta\":{\"content\":\"long after\"}}")).contains(new Text("long after"));
        assertThat(read("{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}"))
                .contains(new AnswerComplete());
    }

    private List<Signal> read(String choices) {
        return reader.read(new Frame("", "{\"choices\":[" + choices + "]}"));
    }
}
