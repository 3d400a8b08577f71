package io.parley.provider.attempt;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Started;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.SurrogateRepair;
import io.parley.provider.dialect.Dialect;
import io.parley.provider.response.AttemptFailure;
import io.parley.provider.response.FrameReader;
import io.parley.provider.response.Signal;
import io.parley.provider.response.ToolCallAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Assembles the answer from the frames of one stream, and detects its end, errors and excessive output. Does no I/O. */
public final class AnswerAssembler implements AnswerBuilder {

    private final FrameReader reader;
    private final AnswerState state;
    private final SurrogateRepair textRepair = new SurrogateRepair();
    private final SurrogateRepair thinkingRepair = new SurrogateRepair();
    private final SurrogateRepair refusalRepair = new SurrogateRepair();
    private final ToolCallAssembler toolCalls;
    private final List<AnswerEvent> pending = new ArrayList<>();
    private boolean started;

    /**
     * @param callId the seed for generated tool call ids
     * @param model the requested model, reported until the provider names the one it used
     */
    public AnswerAssembler(Dialect dialect, String callId, String model, Prompt prompt, int maxBytes) {
        this.toolCalls = new ToolCallAssembler(callId);
        this.reader = dialect.reader();
        this.state = new AnswerState(model, prompt, maxBytes, 1);
    }

    @Override
    public void onBytes(byte[] bytes) {}

    @Override
    public void add(Frame frame) {
        if (!state.streamEnded() && !state.failed()) {
            reader.read(frame).forEach(this::add);
        }
    }

    private void add(Signal signal) {
        if (state.failed()) {
            return;
        }
        state.add(signal);
        switch (signal) {
            case Signal.Text(String text) -> {
                state.count(text);
                emitPiece(textRepair.repair(text), Delta::new);
            }
            case Signal.Thinking(ThinkingKind kind, String text) -> thinking(kind, text);
            case Signal.Refusal(String text) -> {
                state.count(text);
                emitPiece(refusalRepair.repair(text), Refusal::new);
            }
            case Signal.ToolCallPiece piece -> tool(piece);
            case Signal.ToolCallEnd(int index) -> toolCalls.end(index).ifPresent(this::emit);
            case Signal.Model _,
                    Signal.Reason _,
                    Signal.UsageReport _,
                    Signal.AnswerComplete _,
                    Signal.StreamEnd _,
                    Signal.StreamError _ -> {}
        }
    }

    private void thinking(ThinkingKind kind, String text) {
        if (kind != ThinkingKind.TEXT) { // not readable, so neither repaired nor counted as output
            state.countBytes(text.length());
            emit(new Thinking(kind, text));
            return;
        }
        state.count(text);
        emitPiece(thinkingRepair.repair(text), piece -> new Thinking(kind, piece));
    }

    private void tool(Signal.ToolCallPiece piece) {
        state.count(piece.name(), piece.arguments());
        if (!state.failed()) {
            toolCalls.add(piece).ifPresent(this::emit);
        }
    }

    private void emitPiece(String piece, Function<String, AnswerEvent> event) {
        if (!state.failed() && !piece.isEmpty()) {
            emit(event.apply(piece));
        }
    }

    /** Adds an event; before the first one, what the provider has counted of its input. */
    private void emit(AnswerEvent event) {
        if (!started) {
            started = true;
            state.input().ifPresent(input -> pending.add(new Started(input)));
        }
        pending.add(event);
    }

    @Override
    public AnswerState state() {
        return state;
    }

    @Override
    public boolean hasPending() {
        return !pending.isEmpty();
    }

    @Override
    public List<AnswerEvent> drain() {
        List<AnswerEvent> drained = List.copyOf(pending);
        pending.clear();
        return drained;
    }

    @Override
    public Optional<AttemptFailure> missing() {
        Optional<AttemptFailure> missing = state.missing();
        if (missing.isPresent()) {
            return missing;
        }
        return toolCalls.hasNameless() && finishReason() != FinishReason.LENGTH
                ? Optional.of(new AttemptFailure(Fault.PROTOCOL, "a tool call without a name"))
                : Optional.empty();
    }

    @Override
    public Completed complete() {
        flush(thinkingRepair).ifPresent(held -> emit(new Thinking(ThinkingKind.TEXT, held)));
        flush(textRepair).ifPresent(held -> emit(new Delta(held)));
        flush(refusalRepair).ifPresent(held -> emit(new Refusal(held)));
        boolean cut = finishReason() == FinishReason.LENGTH;
        toolCalls.remaining(cut).forEach(this::emit);
        return state.completed(finishReason());
    }

    /** The reported reason, except that some providers report STOP for tool calls. */
    private FinishReason finishReason() {
        FinishReason reported = state.finishReason();
        return reported == FinishReason.STOP && toolCalls.hasCalls() ? FinishReason.TOOL_CALLS : reported;
    }

    private static Optional<String> flush(SurrogateRepair repair) {
        return Optional.of(repair.flush()).filter(held -> !held.isEmpty());
    }
}
