package io.parley.provider.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.parley.contract.ChatMessage;
import io.parley.contract.ChatMessage.Role;
import io.parley.contract.ContentPart;
import io.parley.contract.Thought;
import io.parley.contract.Tools;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("In the messages of a prompt,")
final class MessageNormalizerTest {

    @Test
    @DisplayName(
            "one system message comes first, and neighbours of one role are joined with their parts, calls and thoughts")
    void messages() {
        ContentPart.Image image = new ContentPart.Image(new ContentPart.Remote("https://x/y.png"), Optional.empty());
        Tools.Call call = new Tools.Call("call_1", "f", "{}");
        List<ChatMessage> messages = MessageNormalizer.normalized(List.of(
                ChatMessage.user("a"),
                ChatMessage.system("s1"),
                ChatMessage.user("b").withParts(List.of(new ContentPart.Text("b"), image)),
                ChatMessage.assistant("c").withThoughts(List.of(Thought.of("hm"))),
                ChatMessage.assistantToolCalls("", List.of(call)),
                ChatMessage.toolResult(new Tools.Result("call_1", false), "r1"),
                ChatMessage.toolResult(new Tools.Result("call_2", true), "r2"),
                ChatMessage.user("d"),
                ChatMessage.system("s2")));
        assertThat(messages)
                .extracting(ChatMessage::role, ChatMessage::content)
                .containsExactly(
                        tuple(Role.SYSTEM, "s1\n\ns2"),
                        tuple(Role.USER, "a\n\nb"),
                        tuple(Role.ASSISTANT, "c"),
                        tuple(Role.USER, "r1"),
                        tuple(Role.USER, "r2"),
                        tuple(Role.USER, "d"));
        assertThat(messages.get(1).parts())
                .containsExactly(new ContentPart.Text("a"), new ContentPart.Text("b"), image);
        assertThat(messages.get(2).toolCalls()).containsExactly(call);
        assertThat(messages.get(2).thoughts()).containsExactly(Thought.of("hm"));
        assertThat(messages.get(4).toolResult()).contains(new Tools.Result("call_2", true));
    }
}
