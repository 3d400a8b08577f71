package io.parley.provider.attempt;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.AnswerEvent.Started;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ServerDefault;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.Usage;
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

/** Assembles the answer from the frames of one stream, and detects its end, errors and excessive output. Does no I/O. */
public final class AnswerAssembler implements AnswerBuilder {

    private final FrameReader reader;
    private final Prompt prompt;
    private final int maxBytes;
    private final long maxPieces;
    private final SurrogateRepair textRepair = new SurrogateRepair();
    private final SurrogateRepair thinkingRepair = new SurrogateRepair();
    private final SurrogateRepair refusalRepair = new SurrogateRepair();
    private final UsageAccumulator usage = new UsageAccumulator();
    private final ToolCallAssembler toolCalls;
    private final List<AnswerEvent> pending = new ArrayList<>();
    private String model;
    private Optional<Signal.Reason> reason = Optional.empty();
    private Optional<AttemptFailure> failure = Optional.empty();
    private boolean started;
    private boolean answerComplete;
    private boolean streamEnded;
    private long chars;
    private long bytes;
    private long pieces;

    /**
     * @param callId the seed for generated tool call ids
     * @param model the requested model, reported until the provider names the one it used
     */
    public AnswerAssembler(Dialect dialect, String callId, String model, Prompt prompt, int maxBytes) {
        this.toolCalls = new ToolCallAssembler(callId);
        this.reader = dialect.reader();
        this.model = model;
        this.prompt = prompt;
        this.maxBytes = maxBytes;
        // a piece is usually one token or more; the margin is for providers that sometimes send smaller ones
        GenerationOptions options = prompt.options();
        boolean limited = options.maxTokens().isPresent()
                && !options.serverDefaults()
                        .contains(ServerDefault.MAX_TOKENS); // the provider may not have been told of it
        this.maxPieces = limited ? 64 + options.maxTokens().getAsInt() * 11L / 10 : Long.MAX_VALUE;
    }

    @Override
    public void onBytes(byte[] bytes) {}

    @Override
    public void add(Frame frame) {
        if (!streamEnded && failure.isEmpty()) {
            reader.read(frame).forEach(this::add);
        }
    }

    private void add(Signal signal) {
        if (failure.isPresent()) {
            return;
        }
        switch (signal) {
            case Signal.Text(String text) -> text(text);
            case Signal.Thinking(ThinkingKind kind, String text) -> thinking(kind, text);
            case Signal.Refusal(String text) -> refusal(text);
            case Signal.ToolCallPiece piece -> tool(piece);
            case Signal.ToolCallEnd(int index) -> toolCalls.end(index).ifPresent(this::emit);
            case Signal.Model(String name) -> model = name.isEmpty() ? model : name;
            case Signal.Reason reported -> reason = Optional.of(reported);
            case Signal.UsageReport spent -> usage.add(spent);
            case Signal.AnswerComplete _ -> answerComplete = true;
            case Signal.StreamEnd _ -> {
                answerComplete = true;
                streamEnded = true;
            }
            case Signal.StreamError(AttemptFailure reported) -> failure = Optional.of(reported);
        }
    }

    private void text(String text) {
        countOutput(text.length(), utf8Length(text));
        String piece = textRepair.repair(text);
        if (failure.isEmpty() && !piece.isEmpty()) {
            emit(new Delta(piece));
        }
    }

    private void thinking(ThinkingKind kind, String text) {
        if (kind != ThinkingKind.TEXT) { // not readable, so neither repaired nor counted as output
            countBytes(text.length());
            emit(new Thinking(kind, text));
            return;
        }
        countOutput(text.length(), utf8Length(text));
        String piece = thinkingRepair.repair(text);
        if (failure.isEmpty() && !piece.isEmpty()) {
            emit(new Thinking(kind, piece));
        }
    }

    private void refusal(String text) {
        countOutput(text.length(), utf8Length(text));
        String piece = refusalRepair.repair(text);
        if (failure.isEmpty() && !piece.isEmpty()) {
            emit(new Refusal(piece));
        }
    }

    private void tool(Signal.ToolCallPiece piece) {
        int length = piece.name().length() + piece.arguments().length();
        countOutput(length, utf8Length(piece.name()) + utf8Length(piece.arguments()));
        if (failure.isEmpty()) {
            toolCalls.add(piece).ifPresent(this::emit);
        }
    }

    /** Adds an event; before the first one, what the provider has counted of its input. */
    private void emit(AnswerEvent event) {
        if (!started) {
            started = true;
            usage.input().ifPresent(input -> pending.add(new Started(input)));
        }
        pending.add(event);
    }

    private void countOutput(int length, int size) {
        chars += length;
        pieces++;
        countBytes(size);
    }

    private void countBytes(int size) {
        bytes += size;
        if (bytes > maxBytes || pieces > maxPieces) {
            failure = Optional.of(new AttemptFailure(Fault.OUTPUT_LIMIT, "more output than allowed"));
        }
    }

    @Override
    public boolean answerComplete() {
        return answerComplete;
    }

    @Override
    public boolean streamEnded() {
        return streamEnded;
    }

    @Override
    public Optional<AttemptFailure> failure() {
        return failure;
    }

    @Override
    public long pieces() {
        return pieces;
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
        if (reason.isEmpty() && pieces == 0) {
            return Optional.of(new AttemptFailure(Fault.PROTOCOL, "the stream ended without an answer"));
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
        return new Completed(finishReason(), usage(), model, reason.flatMap(Signal.Reason::stopSequence));
    }

    /** The reported reason, except that some providers report STOP for tool calls. */
    private FinishReason finishReason() {
        FinishReason reported = reason.map(Signal.Reason::reason).orElse(FinishReason.STOP);
        return reported == FinishReason.STOP && toolCalls.hasCalls() ? FinishReason.TOOL_CALLS : reported;
    }

    private static Optional<String> flush(SurrogateRepair repair) {
        return Optional.of(repair.flush()).filter(held -> !held.isEmpty());
    }

    @Override
    public Usage usage() {
        return usage.usage(prompt, chars);
    }

    private static int utf8Length(String text) {
        int length = text.length();
        for (int at = 0; at < text.length(); at++) {
            char each = text.charAt(at);
            if (each >= 0x80) {
                length += each < 0x800 || Character.isSurrogate(each) ? 1 : 2;
            }
        }
        return length;
    }
}
