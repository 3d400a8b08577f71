package io.parley.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.contract.RequestContext;
import io.parley.contract.Tools;
import io.parley.contract.Tools.ToolChoice;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Cache key of a request")
class CacheKeyTest {

    private static final Optional<String> NONE = Optional.empty();
    private static final RequestContext ANN = new RequestContext("req_1", "ann", NONE, NONE);
    private static final Prompt PROMPT =
            prompt(List.of(ChatMessage.system("s"), ChatMessage.user("hi")), 0, 10, Optional.empty());

    @Test
    @DisplayName("differs for every input that affects the answer, and for every user and API key")
    void differs() {
        List<String> keys = Stream.of(
                        open(ANN, ModelSelection.DEFAULT, PROMPT, CallOptions.DEFAULT),
                        open(
                                new RequestContext("req_1", "bob", NONE, NONE),
                                ModelSelection.DEFAULT,
                                PROMPT,
                                CallOptions.DEFAULT),
                        open(
                                new RequestContext("req_1", "ann", NONE, NONE, Optional.of("key_1")),
                                ModelSelection.DEFAULT,
                                PROMPT,
                                CallOptions.DEFAULT),
                        open(ANN, new ModelSelection(Optional.of("a"), NONE, true), PROMPT, CallOptions.DEFAULT),
                        open(ANN, new ModelSelection(NONE, Optional.of("a"), true), PROMPT, CallOptions.DEFAULT),
                        open(ANN, new ModelSelection(NONE, NONE, false), PROMPT, CallOptions.DEFAULT),
                        open(
                                ANN,
                                prompt(
                                        List.of(ChatMessage.user("s"), ChatMessage.user("hi")),
                                        0,
                                        10,
                                        Optional.empty())),
                        open(
                                ANN,
                                prompt(
                                        List.of(ChatMessage.system("sh"), ChatMessage.user("i")),
                                        0,
                                        10,
                                        Optional.empty())),
                        open(ANN, prompt(PROMPT.messages(), 0.1, 10, Optional.empty())),
                        open(ANN, prompt(PROMPT.messages(), 0, 11, Optional.empty())),
                        open(ANN, prompt(PROMPT.messages(), 0, 10, Optional.of(new ResponseSchema("x", "{}")))),
                        open(ANN, with(tools(ToolChoice.AUTO), PROMPT.options())),
                        open(ANN, with(tools(ToolChoice.REQUIRED), PROMPT.options())),
                        open(ANN, with(Tools.NONE, jsonOptions())),
                        open(ANN, ModelSelection.DEFAULT, PROMPT, callOptions(Optional.of("greeting@1"), Set.of())),
                        open(ANN, ModelSelection.DEFAULT, PROMPT, callOptions(Optional.of("greeting@2"), Set.of())),
                        open(ANN, ModelSelection.DEFAULT, PROMPT, callOptions(NONE, Set.of("a"))))
                .map(CacheKey::of)
                .toList();
        assertThat(keys).doesNotHaveDuplicates().allMatch(key -> key.matches("[0-9a-f]{64}"));
    }

    @Test
    @DisplayName("is equal for equal requests, independent of time, context and run")
    void same() {
        ChatMessage earlier = new ChatMessage(ChatMessage.Role.USER, "hi", Optional.of(Instant.EPOCH));
        RequestContext otherContext = new RequestContext("req_2", "ann", Optional.of("ctx_2"), Optional.of("run_2"));
        assertThat(CacheKey.of(open(ANN, PROMPT)))
                .isEqualTo(CacheKey.of(open(
                        otherContext, prompt(List.of(ChatMessage.system("s"), earlier), 0, 10, Optional.empty()))));
        assertThat(CacheKey.of(open(ANN, ModelSelection.DEFAULT, PROMPT, callOptions(NONE, Set.of("a", "b", "c")))))
                .isEqualTo(CacheKey.of(
                        open(ANN, ModelSelection.DEFAULT, PROMPT, callOptions(NONE, Set.of("c", "b", "a")))));
    }

    private static Prompt with(Tools tools, GenerationOptions options) {
        return new Prompt(PROMPT.messages(), options, PROMPT.responseSchema(), tools);
    }

    private static Tools tools(ToolChoice choice) {
        Tools.Tool tool = new Tools.Tool("dice", NONE, NONE, false);
        return new Tools(List.of(tool), choice, NONE, true);
    }

    private static GenerationOptions jsonOptions() {
        return new GenerationOptions(
                PROMPT.options().temperature(),
                PROMPT.options().maxTokens(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of(),
                true,
                Optional.empty());
    }

    private static CallOptions callOptions(Optional<String> promptVersion, Set<String> excluded) {
        return new CallOptions(Priority.NORMAL, CachePolicy.DEFAULT, promptVersion, excluded, 0);
    }

    private static Open open(RequestContext requestContext, Prompt prompt) {
        return open(requestContext, ModelSelection.DEFAULT, prompt, CallOptions.DEFAULT);
    }

    private static Open open(
            RequestContext requestContext, ModelSelection selection, Prompt prompt, CallOptions callOptions) {
        return new Open("call", requestContext, selection, prompt, callOptions);
    }

    private static Prompt prompt(
            List<ChatMessage> messages, double temperature, int maxTokens, Optional<ResponseSchema> schema) {
        GenerationOptions options = GenerationOptions.of(OptionalDouble.of(temperature), OptionalInt.of(maxTokens));
        return new Prompt(messages, options, schema, Tools.NONE);
    }
}
