package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.RequestContext;
import io.parley.contract.StreamMessage.StreamRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Restart policy")
class RestartPolicyTest {

    private static final Problem TRUNCATED = new Problem.ProviderFailed("one", Fault.TRUNCATED, Optional.empty());

    @Test
    @DisplayName("allows three attempts, each with its own id and without the providers that have failed")
    void attempts() {
        RestartPolicy policy = new RestartPolicy(open(ModelSelection.DEFAULT), 1);
        assertThat(policy.request().callId()).isEqualTo("call");
        assertThat(policy.allows(TRUNCATED)).isTrue();
        policy.next(answer("one", 2));
        assertThat(policy.request().callId()).isEqualTo("call-2");
        assertThat(policy.allows(TRUNCATED)).isTrue();
        policy.next(answer("two", 3));
        assertThat(policy.request().callId()).isEqualTo("call-3");
        assertThat(policy.request().options().excludedProviders()).containsExactlyInAnyOrder("one", "two");
        assertThat(policy.request().options().attemptsUsed()).isEqualTo(3);
        assertThat(policy.allows(TRUNCATED)).isFalse();
    }

    @Test
    @DisplayName("counts attempts that were made earlier")
    void earlierAttempts() {
        RestartPolicy policy = new RestartPolicy(open(ModelSelection.DEFAULT), 2);
        assertThat(policy.request().callId()).isEqualTo("call");
        assertThat(policy.allows(TRUNCATED)).isTrue();
        policy.next(answer("one", 1));
        assertThat(policy.attempt()).isEqualTo(3);
        assertThat(policy.request().callId()).isEqualTo("call-3");
        assertThat(policy.allows(TRUNCATED)).isFalse();
    }

    @Test
    @DisplayName("allows no restart after a fault that another provider would repeat, or that no provider caused")
    void problems() {
        RestartPolicy policy = new RestartPolicy(open(ModelSelection.DEFAULT), 1);
        assertThat(policy.allows(new Problem.ProviderFailed("one", Fault.OUTPUT_LIMIT, Optional.empty())))
                .isFalse();
        assertThat(policy.allows(new Problem.Cancelled("user"))).isFalse();
        assertThat(policy.allows(new Problem.Unavailable(Problem.Reason.UNREACHABLE, Duration.ofSeconds(1))))
                .isFalse();
    }

    @Test
    @DisplayName("allows no restart when the client disabled fallback")
    void noFallback() {
        ModelSelection only = new ModelSelection(Optional.of("one"), Optional.empty(), false);
        assertThat(new RestartPolicy(open(only), 1).allows(TRUNCATED)).isFalse();
    }

    private static AnswerHandle answer(String provider, int calls) {
        return new AnswerHandle(new StreamRef("log", "here"), provider, "m", calls, false);
    }

    private static Open open(ModelSelection choice) {
        Prompt prompt = new Prompt(List.of(ChatMessage.user("hi")), GenerationOptions.NONE);
        return new Open("call", new RequestContext("req", "ann", Optional.empty(), Optional.empty()), choice, prompt);
    }
}
