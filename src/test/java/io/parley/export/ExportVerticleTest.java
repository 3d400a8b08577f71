package io.parley.export;

import static io.parley.testing.ConversationHarness.await;
import static io.parley.testing.ConversationHarness.duo;
import static io.parley.testing.ConversationHarness.origin;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Ids;
import io.parley.config.ExportConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.ExportMessage.Export;
import io.parley.contract.ExportMessage.Exported;
import io.parley.contract.ExportMessage.Format;
import io.parley.contract.ExportMessage.Import;
import io.parley.contract.ExportMessage.Imported;
import io.parley.contract.Message;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RequestContext;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Fork;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunSpec.StopRules;
import io.parley.contract.RunStatus;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.export.archive.Archive;
import io.parley.json.JsonWriter;
import io.parley.testing.ConversationHarness;
import io.parley.testing.FakeGateway;
import io.parley.testing.FakeStore;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportVerticleTest {

    private static final RunSpec.Duo DUO = duo(2, StopRules.NONE);
    private static final RequestContext BOB = new RequestContext("req", "bob", Optional.empty(), Optional.empty());

    private final FakeStore store = new FakeStore();
    private ConversationHarness node;

    @BeforeEach
    void start() throws Exception {
        node = ConversationHarness.start(store, false);
        node.vertx
                .deployVerticle(
                        this::verticle,
                        new DeploymentOptions()
                                .setThreadingModel(ThreadingModel.WORKER)
                                .setInstances(2))
                .await(5, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    private ExportVerticle verticle() {
        return new ExportVerticle(
                node.bus,
                new ExportConfig(List.of()),
                new Ids(InstantSource.system(), RandomGenerator.getDefault()),
                InstantSource.system());
    }

    @Test
    @DisplayName("a finished run is imported as a new run of the caller, and its export is the same document")
    void roundTrip() throws Exception {
        String run = finishedRun("tea \ud83d\ude00\n# heading", "coffee\u0000\u001b[1m");
        ObjectNode first = json("ann", run);
        Imported copy = importArchive(BOB, JsonWriter.document(first));
        assertThat(copy.run()).isNotEqualTo(run).startsWith("run_");
        assertThat(copy.status()).isEqualTo(RunStatus.COMPLETED);
        Run stored = store.run(copy.run()).orElseThrow();
        assertThat(stored.owner()).isEqualTo("bob");
        assertThat(stored.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(stored.contextId()).isEqualTo("ctx_default");
        ObjectNode second = json("bob", copy.run());
        List.of(first, second).forEach(document -> document.remove(List.of("id", "created_at")));
        assertThat(second).isEqualTo(first);
        assertThat(first.toString()).doesNotContain("ann");
    }

    @Test
    @DisplayName("an imported run has the transcript of the original, and can be forked")
    void copies() throws Exception {
        String run = finishedRun("tea", "coffee");
        Imported copy = importArchive(origin(), text("ann", run, Format.JSON));
        Transcript one = node.transcript(run);
        Transcript other = node.transcript(copy.run());
        assertThat(other.entries()).isEqualTo(one.entries());
        assertThat(other.usage()).isEqualTo(one.usage());
        assertThat(other.progress()).isEqualTo(one.progress());
        StreamRef fork = await(node.bus.request(
                Addresses.RUN_FORK, new Fork(origin(), copy.run(), 1, Optional.empty(), Optional.empty())));
        assertThat(node.gateway.nextAnswer().request().prompt().messages())
                .extracting("content")
                .contains("tea");
        node.stop(fork.streamId());
        String[] texts = {text("ann", run, Format.MD), text("ann", copy.run(), Format.MD)};
        assertThat(texts[1].replace(copy.run(), run)).isEqualTo(texts[0]);
    }

    @Test
    @DisplayName("an active run is exported up to its current event, and imported as cancelled")
    void partial() throws Exception {
        StreamRef run = node.startDuo(DUO);
        FakeGateway.FakeAnswer answer = node.gateway.nextAnswer();
        answer.publishTokens("so ", "far");
        node.readUntil(
                run,
                event -> event instanceof RunEvent.Token token && token.delta().equals("far"));
        assertThat(text("ann", run.streamId(), Format.TXT))
                .contains("Status: running, not finished; last event: 1-4")
                .contains("Turn 1: Tea (bot0)")
                .contains("not finished\n\n    so far\n");
        Imported copy = importArchive(origin(), text("ann", run.streamId(), Format.JSON));
        assertThat(copy.status()).isEqualTo(RunStatus.CANCELLED);
        answer.publishTokens(" and no further").complete();
        assertThat(text("ann", copy.run(), Format.TXT))
                .contains("Status: cancelled (user)")
                .contains("    so far\n");
        String again = text("ann", copy.run(), Format.JSON);
        String third = text("ann", importArchive(origin(), again).run(), Format.JSON);
        assertThat(third.substring(third.indexOf("\"status\"")))
                .isEqualTo(again.substring(again.indexOf("\"status\"")));
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    @DisplayName("a run of another user is not found in any format")
    void foreign(Format format) throws Exception {
        String run = finishedRun("secret", "plan");
        assertProblem(Addresses.EXPORT_WRITE, new Export("bob", run, format), new Problem.NotFound());
        assertProblem(Addresses.EXPORT_WRITE, new Export("ann", "run_none", format), new Problem.NotFound());
        Exported own = await(node.bus.request(Addresses.EXPORT_WRITE, new Export("ann", run, format)));
        assertThat(own.contentType()).isEqualTo(format.contentType());
        assertThat(own.fileName()).isEqualTo(run + "." + format.wireName());
        assertThat(own.bytes()).isNotEmpty();
    }

    @Test
    @DisplayName("a chat can be exported as PDF")
    void pdf() throws Exception {
        Imported chat = importArchive(
                origin(),
                Archive.write(SampleLogs.fullLog(
                        SampleLogs.chat(), SampleLogs.chatEvents("which one?"), RunStatus.COMPLETED)));
        Exported pdf = await(node.bus.request(Addresses.EXPORT_WRITE, new Export("ann", chat.run(), Format.PDF)));
        assertThat(new String(pdf.bytes(), 0, 5, UTF_8)).isEqualTo("%PDF-");
        assertThat(text("ann", chat.run(), Format.MD))
                .contains("## System\n", "## User\n", "## Turn 1: Assistant\n", "> which one?\n")
                .doesNotContain("You help.");
    }

    @Test
    @DisplayName("an invalid document or a store failure leaves no run")
    void rejected() throws Exception {
        String valid = text("ann", finishedRun("tea", "coffee"), Format.JSON);
        int before = store.appends();
        assertThatThrownBy(() -> importArchive(origin(), valid.replace("\"bot1\"", "\"bot0\"")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem()).isInstanceOf(Problem.Invalid.class));
        assertThatThrownBy(() -> importArchive(origin(), "[" + valid + "]"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem()).isInstanceOf(Problem.Malformed.class));
        assertThatThrownBy(() -> importArchive(origin(), " ".repeat(8 * 1024 * 1024) + valid))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem().status()).isEqualTo(413));
        assertThat(store.appends()).isEqualTo(before);
        store.mode(FakeStore.Mode.DOWN);
        assertThatThrownBy(() -> importArchive(origin(), valid))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem().status()).isEqualTo(503));
    }

    @Test
    @DisplayName("export requests beyond the queue limit get 503")
    void tooMany() throws Exception {
        String run = finishedRun("tea", "coffee");
        List<Future<Exported>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(node.bus.request(Addresses.EXPORT_WRITE, new Export("ann", run, Format.PDF)));
        }
        await(Future.join(all).otherwiseEmpty());
        assertThat(all).anyMatch(Future::succeeded);
        assertThat(all.stream().filter(Future::failed))
                .isNotEmpty()
                .allSatisfy(failed ->
                        assertThat(Problem.of(failed.cause()).status()).isEqualTo(503));
        assertThat(text("ann", run, Format.TXT)).contains("coffee");
    }

    @Test
    @DisplayName("the verticle cannot be deployed on an event loop")
    void eventLoop() {
        assertThatThrownBy(() -> node.vertx.deployVerticle(verticle()).await(5, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class);
    }

    private String finishedRun(String... turns) throws Exception {
        StreamRef run = node.startDuo(DUO);
        for (String turn : turns) {
            node.gateway.nextAnswer().publishTokens(turn).complete();
        }
        node.readUntil(run, RunEvent.Ended.class::isInstance);
        return run.streamId();
    }

    private ObjectNode json(String user, String run) throws Exception {
        return (ObjectNode) new JsonMapper().readTree(text(user, run, Format.JSON));
    }

    private String text(String user, String run, Format format) throws Exception {
        return new String(
                await(node.bus.request(Addresses.EXPORT_WRITE, new Export(user, run, format)))
                        .bytes(),
                UTF_8);
    }

    private Imported importArchive(RequestContext requestContext, String json) throws Exception {
        return await(node.bus.request(Addresses.EXPORT_IMPORT, new Import(requestContext, json)));
    }

    private <Q extends Message> void assertProblem(Ask<Q, ?> address, Q message, Problem problem) {
        assertThatThrownBy(() -> await(node.bus.request(address, message)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem()).isEqualTo(problem));
    }
}
