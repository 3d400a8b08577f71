package io.parley.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ApiKeyMessage.ApiKeyRecord;
import io.parley.contract.ApiKeyMessage.KeyPolicy;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.Level;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.FinishReason;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.ClaimIdempotencyKey;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.UsageRecorded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("JSON of stored records")
class StoredRecordsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T08:09:10.123456789Z");
    private static final Usage PRICED = new Usage(1, 2, 3, 4, 5, true, OptionalLong.of(Long.MAX_VALUE));
    private static final Usage UNPRICED = Usage.reported(1, 2, 3, 4, 5);

    static Stream<Object> records() {
        Draft full = new Draft(
                "title",
                Optional.of("what it is"),
                Priority.HIGH,
                Optional.of("2026-12-01"),
                true,
                Status.DONE,
                Optional.of("run_1"));
        return Stream.of(
                new Context("ctx_1", "u", "name", Optional.of("prompt"), NOW, NOW),
                new Context("ctx_1", "u", "", Optional.empty(), NOW, NOW),
                new Flow("flow_1", "u", "ctx_1", full, NOW, NOW),
                flow(),
                run(completeChat()),
                run(emptyChat()),
                run(duo()),
                run(minimalDuo()),
                new RunBatch("run_1", 3, 17, "writer", everyEvent()),
                new ClaimIdempotencyKey("u", "key", "digest", "run_1", NOW),
                new UsageRecorded(attempt(Optional.empty(), PRICED), NOW),
                new UsageRecorded(attempt(Optional.of(new Problem.Internal()), UNPRICED), NOW),
                new Budget("user:u", OptionalLong.of(1), OptionalLong.empty(), 0.8, OnExceed.BLOCK),
                new Alert("id", "global", Level.EXCEEDED, Period.MONTH, 1, 2, true, NOW),
                new ApiKeyRecord("key_1", "ff", keyPolicy(OptionalInt.of(1), Optional.of(NOW)), "u", NOW),
                new ApiKeyRecord("key_1", "ff", keyPolicy(OptionalInt.empty(), Optional.empty()), "u", NOW));
    }

    private static AttemptEnded attempt(Optional<Problem> problem, Usage usage) {
        RequestContext requestContext =
                new RequestContext("req_1", "u", Optional.of("ctx_1"), Optional.empty(), Optional.of("key_1"));
        return new AttemptEnded(
                "call_1", requestContext, "openai", "gpt", usage, Optional.of("v1"), problem, NOW, -1, 5);
    }

    private static KeyPolicy keyPolicy(OptionalInt limit, Optional<Instant> end) {
        return new KeyPolicy("name", Set.of("gpt", "openai/*"), limit, limit, end);
    }

    @ParameterizedTest
    @MethodSource("records")
    @DisplayName("keeps every record, also with empty optional fields")
    void roundTrip(Object written) throws Exception {
        String json = ContractJson.MAPPER.writeValueAsString(written);

        assertThat(ContractJson.MAPPER.readValue(json, written.getClass())).isEqualTo(written);
    }

    @Test
    @DisplayName("is tested for every event type")
    void everyEventIsCovered() {
        assertThat(everyEvent().stream().map(Object::getClass).collect(Collectors.toSet()))
                .isEqualTo(Stream.of(RunEvent.class.getPermittedSubclasses()).collect(Collectors.toSet()));
    }

    @Test
    @DisplayName("reads conversations of earlier versions, which knew no reasoning")
    void withoutThinking() throws Exception {
        RunSpec.Chat chat = (RunSpec.Chat) emptyChat();
        ObjectNode storedChat = ContractJson.MAPPER.valueToTree(chat);
        storedChat.remove("thinking");
        assertThat(ContractJson.MAPPER.treeToValue(storedChat, RunSpec.class)).isEqualTo(chat);
        RunSpec.Duo duo = (RunSpec.Duo) minimalDuo();
        ObjectNode storedDuo = ContractJson.MAPPER.valueToTree(duo);
        storedDuo.remove("thinking");
        assertThat(ContractJson.MAPPER.treeToValue(storedDuo, RunSpec.class)).isEqualTo(duo);
    }

    @ParameterizedTest
    @MethodSource("problems")
    @DisplayName("keeps every problem that can end a run")
    void problems(Problem problem) throws Exception {
        RunEvent written = ended(Optional.of(problem));

        assertThat(ContractJson.MAPPER.readValue(ContractJson.MAPPER.writeValueAsString(written), RunEvent.class))
                .isEqualTo(written);
    }

    static Stream<Problem> problems() {
        return Stream.of(
                new Problem.Malformed("code", "detail"),
                new Problem.Invalid(List.of(new Problem.Violation("/a", "rule", "message"))),
                new Problem.Rejected(Problem.RejectionReason.PAYLOAD_TOO_LARGE, "detail"),
                new Problem.Unauthorized(),
                new Problem.Forbidden("admin"),
                new Problem.ModelNotAllowed(),
                new Problem.NotFound(),
                new Problem.Conflict("detail"),
                new Problem.RateLimited(Duration.ofMillis(1_500)),
                new Problem.BudgetExceeded("user:u"),
                new Problem.ProviderFailed("openai", Problem.Fault.STALLED, Optional.of(Duration.ofSeconds(2))),
                new Problem.ProviderFailed("openai", Problem.Fault.TRUNCATED, Optional.empty()),
                new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)),
                new Problem.Cancelled("user"),
                new Problem.Internal());
    }

    @ParameterizedTest(name = "[{index}]") // unpaired surrogates are not valid in a test report
    @ValueSource(
            strings = {"\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "\ud83d\ude00", "\u0000\uffff\ufffe\r\n", "ж中"})
    @DisplayName("keeps a token with an unpaired surrogate, as providers may split them")
    void unpairedSurrogates(String delta) throws Exception {
        RunEvent token = new RunEvent.Token(1, 0, 1, Speaker.ASSISTANT, delta);

        byte[] bytes = ContractJson.MAPPER.writeValueAsBytes(token);
        byte[] text = ContractJson.MAPPER.writeValueAsString(token).getBytes(UTF_8);

        assertThat(ContractJson.MAPPER.readValue(bytes, RunEvent.class)).isEqualTo(token);
        assertThat(ContractJson.MAPPER.readValue(text, RunEvent.class)).isEqualTo(token);
    }

    private static List<RunEvent> everyEvent() {
        Speaker bot = Speaker.BOT1;
        return List.of(
                new RunEvent.TurnStarted(1, 0, 1, Speaker.ASSISTANT, "openai", "gpt"),
                new RunEvent.Token(2, 0, 1, bot, "I \"say\"\n"),
                new RunEvent.ThinkingToken(2, 0, 1, bot, "hm \"x\"\n"),
                new RunEvent.TurnReset(3, 0, 2, bot, "provider_error", Optional.of("a"), Optional.empty(), PRICED),
                new RunEvent.TurnCompleted(4, 0, 2, bot, 5, FinishReason.TOOL_CALLS, UNPRICED, 6, "openai", "gpt"),
                new RunEvent.TurnCompleted(
                        4, 0, 2, bot, 5, FinishReason.STOP, PRICED, 6, "openai", "gpt", Optional.of("hm")),
                new RunEvent.FlowsExtracted(5, true, List.of(flow())),
                new RunEvent.RunStarted(6, (RunSpec.Duo) duo(), Optional.of("run_0"), 2),
                new RunEvent.RunStarted(6, (RunSpec.Duo) minimalDuo(), Optional.empty(), 0),
                new RunEvent.UsageCounted(7, 1, UNPRICED, PRICED),
                new RunEvent.BotUpdated(8, 1, bot(), 3, List.of("prompt"), Optional.of("key")),
                new RunEvent.Injected(9, "words", Optional.of(bot), Optional.empty()),
                new RunEvent.Injected(9, "words", Optional.empty(), Optional.of("key")),
                new RunEvent.Paused(10, Optional.empty()),
                new RunEvent.Resumed(11, true, Optional.empty()),
                new RunEvent.RunFailed(12, new Problem.BudgetExceeded("global")),
                ended(Optional.of(new Problem.Internal())),
                ended(Optional.empty()));
    }

    private static RunEvent.Ended ended(Optional<Problem> problem) {
        return new RunEvent.Ended(
                6,
                RunStatus.ERROR,
                1,
                PRICED,
                Optional.of(FinishReason.STOP),
                problem,
                Optional.empty(),
                Optional.of("openai"),
                Optional.empty());
    }

    private static Flow flow() {
        Draft bare =
                new Draft("t", Optional.empty(), Priority.LOW, Optional.empty(), false, Status.OPEN, Optional.empty());
        return new Flow("flow_2", "u", "ctx_1", bare, NOW, NOW);
    }

    private static Run run(RunSpec spec) {
        return new Run("run_1", "u", "ctx_1", RunStatus.PAUSED, spec, new Lease("journal.1", 7, NOW), NOW, NOW, 42);
    }

    private static RunSpec completeChat() {
        ChatMessage message = new ChatMessage(ChatMessage.Role.USER, "hi \ud83d\ude00", Optional.of(NOW));
        return new RunSpec.Chat(
                "prompt",
                List.of(ChatMessage.system("s"), message),
                new ModelSelection(Optional.of("openai"), Optional.of("gpt"), false),
                OptionalDouble.of(0.7),
                OptionalInt.of(1),
                true,
                true,
                true);
    }

    private static RunSpec emptyChat() {
        return new RunSpec.Chat(
                "", List.of(), ModelSelection.DEFAULT, OptionalDouble.empty(), OptionalInt.empty(), false, false);
    }

    private static RunSpec duo() {
        RunSpec.StopRules stop =
                new RunSpec.StopRules(Optional.of("bye"), Optional.of("b.e"), OptionalLong.of(1), OptionalLong.of(2));
        return new RunSpec.Duo("topic", 4, List.of(bot(), bot()), stop, Optional.of("prompt"), true);
    }

    private static RunSpec minimalDuo() {
        return new RunSpec.Duo("topic", 4, List.of(), RunSpec.StopRules.NONE, Optional.empty());
    }

    private static RunSpec.Bot bot() {
        return new RunSpec.Bot("Ada", ModelSelection.DEFAULT, "prompt", OptionalDouble.empty(), OptionalInt.of(3));
    }
}
