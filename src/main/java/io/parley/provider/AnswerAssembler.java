package io.parley.provider;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Assembles the answer from the frames of one stream, and detects its end, errors and excessive output. Does no I/O. */
final class AnswerAssembler {

    private final Dialect dialect;
    private final Prompt prompt;
    private final int maxBytes;
    private final long maxPieces;
    private final SurrogateRepair wellFormed = new SurrogateRepair();
    private final UsageAccumulator tally = new UsageAccumulator();
    private final ToolCallAssembler calls;
    private final List<AnswerEvent> news = new ArrayList<>();
    private String model;
    private FinishReason reason = FinishReason.STOP;
    private Optional<AttemptFailure> failure = Optional.empty();
    private boolean whole;
    private boolean over;
    private long chars;
    private long bytes;
    private long pieces;

    /**
     * @param callId the seed for generated tool call ids
     * @param model the requested model, reported until the provider names the one it used
     */
    AnswerAssembler(Dialect dialect, String callId, String model, Prompt prompt, int maxBytes) {
        this.calls = new ToolCallAssembler(callId);
        this.dialect = dialect;
        this.model = model;
        this.prompt = prompt;
        this.maxBytes = maxBytes;
        // a piece is usually one token or more; the margin is for providers that sometimes send smaller ones
        this.maxPieces =
                prompt.maxTokens().isPresent() ? 64 + prompt.maxTokens().getAsInt() * 11L / 10 : Long.MAX_VALUE;
    }

    /** Adds a frame; frames after the end or after a failure are ignored. */
    void take(Frame frame) {
        if (!over && failure.isEmpty()) {
            dialect.signals(frame).forEach(this::take);
        }
    }

    private void take(Signal signal) {
        switch (signal) {
            case Signal.Text(String text) -> text(text);
            case Signal.Thinking(int length) -> produced(length, length);
            case Signal.ToolCallPiece piece -> tool(piece);
            case Signal.Model(String name) -> model = name.isEmpty() ? model : name;
            case Signal.Reason(FinishReason why) -> reason = why;
            case Signal.UsageReport spent -> tally.add(spent);
            case Signal.AnswerComplete _ -> whole = true;
            case Signal.StreamEnd _ -> {
                whole = true;
                over = true;
            }
            case Signal.StreamError(AttemptFailure why) -> failure = failure.or(() -> Optional.of(why));
        }
    }

    private void text(String text) {
        produced(text.length(), utf8Length(text));
        String piece = wellFormed.take(text);
        if (failure.isEmpty() && !piece.isEmpty()) {
            news.add(new Delta(piece));
        }
    }

    private void tool(Signal.ToolCallPiece piece) {
        int length = piece.name().length() + piece.arguments().length();
        produced(length, utf8Length(piece.name()) + utf8Length(piece.arguments()));
        if (failure.isEmpty()) {
            calls.take(piece).ifPresent(news::add);
        }
    }

    private void produced(int length, int size) {
        chars += length;
        bytes += size;
        pieces++;
        if (bytes > maxBytes || pieces > maxPieces) {
            failure = Optional.of(new AttemptFailure(Fault.OUTPUT_LIMIT, "more output than allowed"));
        }
    }

    /** Whether the answer is complete; its usage may still be missing. */
    boolean whole() {
        return whole;
    }

    /** Whether the end of the stream was signalled. */
    boolean over() {
        return over;
    }

    /** The failure, if there was one. */
    Optional<AttemptFailure> failure() {
        return failure;
    }

    /** The number of pieces that the model has produced; does not count keep-alives. */
    long pieces() {
        return pieces;
    }

    /** Whether there are events that were not drained yet. */
    boolean hasNews() {
        return !news.isEmpty();
    }

    /** Removes and returns the pending events. */
    List<AnswerEvent> drain() {
        List<AnswerEvent> drained = List.copyOf(news);
        news.clear();
        return drained;
    }

    /** Returns the final event of a complete answer, and adds text that was held back to the pending events. */
    Completed complete() {
        String rest = wellFormed.rest();
        if (!rest.isEmpty()) {
            news.add(new Delta(rest));
        }
        news.addAll(calls.rest());
        boolean called = reason == FinishReason.STOP && calls.any(); // some providers report STOP
        return new Completed(called ? FinishReason.TOOL_CALLS : reason, usage(), model);
    }

    /** The usage so far. */
    Usage usage() {
        return tally.usage(prompt, chars);
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
