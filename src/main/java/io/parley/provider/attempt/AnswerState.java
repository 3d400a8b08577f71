package io.parley.provider.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ServerDefault;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.Usage;
import io.parley.provider.response.AttemptFailure;
import io.parley.provider.response.Signal;
import java.util.Optional;

/** What is known of an answer so far: its length, usage, end and failure. Detects output beyond the limits. */
final class AnswerState {

    private final Prompt prompt;
    private final long maxBytes;
    private final long maxPieces;
    private final UsageAccumulator usage = new UsageAccumulator();
    private String model;
    private Optional<Signal.Reason> reason = Optional.empty();
    private Optional<AttemptFailure> failure = Optional.empty();
    private boolean answerComplete;
    private boolean streamEnded;
    private long chars;
    private long bytes;
    private long pieces;

    /**
     * @param model the requested model, reported until the provider names the one it used
     * @param maxBytes maximum size of the output
     * @param choices number of requested answers, each of which may have all of the tokens
     */
    AnswerState(String model, Prompt prompt, int maxBytes, int choices) {
        this.model = model;
        this.prompt = prompt;
        this.maxBytes = maxBytes;
        // a piece is usually one token or more; the margin is for providers that sometimes send smaller ones
        GenerationOptions options = prompt.options();
        boolean limited = options.maxTokens().isPresent()
                && !options.serverDefaults()
                        .contains(ServerDefault.MAX_TOKENS); // the provider may not have been told of it
        this.maxPieces = limited ? choices * (64 + options.maxTokens().getAsInt() * 11L / 10) : Long.MAX_VALUE;
    }

    /** Takes what a signal says about the answer as a whole; its output has to be counted by {@link #count}. */
    void add(Signal signal) {
        switch (signal) {
            case Signal.Model(String name) -> model = name.isEmpty() ? model : name;
            case Signal.Reason reported -> reason = Optional.of(reported);
            case Signal.UsageReport spent -> usage.add(spent);
            case Signal.AnswerComplete _ -> answerComplete = true;
            case Signal.StreamEnd _ -> {
                answerComplete = true;
                streamEnded = true;
            }
            case Signal.StreamError(AttemptFailure reported) -> fail(reported);
            case Signal.Text _, Signal.Thinking _, Signal.Refusal _, Signal.ToolCallPiece _, Signal.ToolCallEnd _ -> {}
        }
    }

    /** Counts a piece of the output. */
    void count(String... texts) {
        pieces++;
        for (String text : texts) {
            chars += text.length();
            bytes += utf8Length(text);
        }
        checkLimits();
    }

    /** Counts what is part of the output, but no piece that the model has written. */
    void countBytes(int size) {
        bytes += size;
        checkLimits();
    }

    private void checkLimits() {
        if (bytes > maxBytes || pieces > maxPieces) {
            fail(new AttemptFailure(Fault.OUTPUT_LIMIT, "more output than allowed"));
        }
    }

    /** Records a failure; the first one counts. */
    void fail(AttemptFailure reported) {
        failure = failure.or(() -> Optional.of(reported));
    }

    boolean answerComplete() {
        return answerComplete;
    }

    boolean streamEnded() {
        return streamEnded;
    }

    boolean failed() {
        return failure.isPresent();
    }

    Optional<AttemptFailure> failure() {
        return failure;
    }

    long pieces() {
        return pieces;
    }

    /** The reported reason for the end. */
    FinishReason finishReason() {
        return reason.map(Signal.Reason::reason).orElse(FinishReason.STOP);
    }

    /** Why the answer is not whole although the stream has ended: it has neither output nor a reason for its end. */
    Optional<AttemptFailure> missing() {
        return reason.isEmpty() && pieces == 0
                ? Optional.of(new AttemptFailure(Fault.PROTOCOL, "the stream ended without an answer"))
                : Optional.empty();
    }

    Completed completed(FinishReason finishReason) {
        return new Completed(finishReason, usage(), model, reason.flatMap(Signal.Reason::stopSequence));
    }

    /** The usage so far. */
    Usage usage() {
        return usage.usage(prompt, chars);
    }

    /** The input that the provider has counted so far, if it has. */
    Optional<Usage> input() {
        return usage.input();
    }

    private static int utf8Length(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) >= 0x80) {
                return text.getBytes(UTF_8).length;
            }
        }
        return text.length();
    }
}
