package io.parley.provider.attempt;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.Wish;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.Usage;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.SurrogateRepair;
import io.parley.provider.dialect.AttemptFailure;
import io.parley.provider.dialect.Dialect;
import io.parley.provider.dialect.Signal;
import io.parley.provider.dialect.ToolCallAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Assembles the answer from the frames of one stream, and detects its end, errors and excessive output. Does no I/O. */
public final class AnswerAssembler {

    private final Dialect dialect;
    private final Prompt prompt;
    private final int maxBytes;
    private final long maxPieces;
    private final SurrogateRepair surrogates = new SurrogateRepair();
    private final UsageAccumulator usage = new UsageAccumulator();
    private final ToolCallAssembler toolCalls;
    private final List<AnswerEvent> pending = new ArrayList<>();
    private String model;
    private FinishReason reason = FinishReason.STOP;
    private Optional<AttemptFailure> failure = Optional.empty();
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
        this.dialect = dialect;
        this.model = model;
        this.prompt = prompt;
        this.maxBytes = maxBytes;
        // a piece is usually one token or more; the margin is for providers that sometimes send smaller ones
        GenerationOptions options = prompt.options();
        boolean limited = options.maxTokens().isPresent()
                && !options.wishes().contains(Wish.MAX_TOKENS); // the provider may not have been told of it
        this.maxPieces = limited
                ? 64 + options.maxTokens().getAsInt() * 11L / 10
                : Long.MAX_VALUE;
    }

    /** Adds a frame; frames after the end or after a failure are ignored. */
    public void add(Frame frame) {
        if (!streamEnded && failure.isEmpty()) {
            dialect.signals(frame).forEach(this::add);
        }
    }

    private void add(Signal signal) {
        switch (signal) {
            case Signal.Text(String text) -> text(text);
            case Signal.Thinking(int length) -> countOutput(length, length);
            case Signal.ToolCallPiece piece -> tool(piece);
            case Signal.Model(String name) -> model = name.isEmpty() ? model : name;
            case Signal.Reason(FinishReason reported) -> reason = reported;
            case Signal.UsageReport spent -> usage.add(spent);
            case Signal.AnswerComplete _ -> answerComplete = true;
            case Signal.StreamEnd _ -> {
                answerComplete = true;
                streamEnded = true;
            }
            case Signal.StreamError(AttemptFailure reported) -> failure = failure.or(() -> Optional.of(reported));
        }
    }

    private void text(String text) {
        countOutput(text.length(), utf8Length(text));
        String piece = surrogates.repair(text);
        if (failure.isEmpty() && !piece.isEmpty()) {
            pending.add(new Delta(piece));
        }
    }

    private void tool(Signal.ToolCallPiece piece) {
        int length = piece.name().length() + piece.arguments().length();
        countOutput(length, utf8Length(piece.name()) + utf8Length(piece.arguments()));
        if (failure.isEmpty()) {
            toolCalls.add(piece).ifPresent(pending::add);
        }
    }

    private void countOutput(int length, int size) {
        chars += length;
        bytes += size;
        pieces++;
        if (bytes > maxBytes || pieces > maxPieces) {
            failure = Optional.of(new AttemptFailure(Fault.OUTPUT_LIMIT, "more output than allowed"));
        }
    }

    /** Whether the answer is complete; its usage may still be missing. */
    public boolean answerComplete() {
        return answerComplete;
    }

    /** Whether the end of the stream was signalled. */
    public boolean streamEnded() {
        return streamEnded;
    }

    /** The failure, if there was one. */
    public Optional<AttemptFailure> failure() {
        return failure;
    }

    /** The number of pieces that the model has produced; does not count keep-alives. */
    long pieces() {
        return pieces;
    }

    /** Whether there are events that were not drained yet. */
    public boolean hasPending() {
        return !pending.isEmpty();
    }

    /** Removes and returns the pending events. */
    public List<AnswerEvent> drain() {
        List<AnswerEvent> drained = List.copyOf(pending);
        pending.clear();
        return drained;
    }

    /** Returns the terminal event of a complete answer, and adds text that was held back to the pending events. */
    public Completed complete() {
        String held = surrogates.flush();
        if (!held.isEmpty()) {
            pending.add(new Delta(held));
        }
        pending.addAll(toolCalls.remaining());
        boolean toolCalled = reason == FinishReason.STOP && toolCalls.hasCalls(); // some providers report STOP
        return new Completed(toolCalled ? FinishReason.TOOL_CALLS : reason, usage(), model);
    }

    /** The usage so far. */
    Usage usage() {
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
