package io.parley.provider.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.NativeData;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.provider.codec.Frame;
import io.parley.provider.response.AttemptFailure;
import io.parley.provider.response.NativeReader;
import io.parley.provider.response.Signal;
import io.parley.provider.response.Signal.UsageReport;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/**
 * Passes the frames of an answer on as they are, and reads along: its length, usage, end and errors. Frames are held back until the model
 * has produced something, so that a provider that fails before can be replaced by another one.
 */
final class NativeAnswer implements AnswerBuilder {

    /** The frames of a stream are far longer than the output in them. */
    private static final long FRAMES_PER_OUTPUT = 16;

    private final NativeReader reader;
    private final NativeRequest request;
    private final AnswerState state;
    private final long maxBytes;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private long bytes;
    private int finished;

    /** @param model the requested model, reported until the provider names the one it used */
    NativeAnswer(NativeReader reader, NativeRequest request, String model, Prompt prompt, int maxBytes) {
        this.reader = reader;
        this.request = request;
        this.state = new AnswerState(model, prompt, maxBytes, request.choices());
        this.maxBytes = maxBytes * FRAMES_PER_OUTPUT;
    }

    /** A whole body is passed on as it is, unless it must be translated; a stream frame by frame. */
    @Override
    public void onBytes(byte[] received) {
        if (!request.stream() && !reader.translates() && !state.failed()) {
            pass(received);
        }
    }

    @Override
    public void add(Frame received) {
        if (state.streamEnded() || state.failed()) {
            return;
        }
        Frame frame = reader.translated(received, request);
        List<Signal> signals = reader.read(frame);
        signals.forEach(this::read);
        if (state.streamEnded() && missing().isPresent()) {
            return; // the end of nothing must not look like the end of an answer
        }
        if (request.stream() && !state.failed() && !isUnwantedUsage(frame, signals)) {
            pass(event(frame));
        } else if (reader.translates() && !state.failed()) {
            pass(frame.data().getBytes(UTF_8));
        }
    }

    private void read(Signal signal) {
        if (signal instanceof Signal.AnswerComplete && request.stream() && ++finished < request.choices()) {
            return; // others are still being written
        }
        state.add(signal);
        switch (signal) {
            case Signal.Text(String text) -> state.count(text);
            case Signal.Thinking(ThinkingKind kind, String text) -> {
                if (kind == ThinkingKind.TEXT) {
                    state.count(text);
                }
            }
            case Signal.Refusal(String text) -> state.count(text);
            case Signal.ToolCallPiece piece -> state.count(piece.name(), piece.arguments());
            case Signal.ToolCallEnd _,
                    Signal.Model _,
                    Signal.Reason _,
                    Signal.UsageReport _,
                    Signal.AnswerComplete _,
                    Signal.StreamEnd _,
                    Signal.StreamError _ -> {}
        }
    }

    /** Whether a frame has only the usage, which the gateway asked for and the client did not. */
    private boolean isUnwantedUsage(Frame frame, List<Signal> signals) {
        return !request.includeUsage()
                && signals.stream().anyMatch(UsageReport.class::isInstance)
                && reader.isUsageOnly(frame);
    }

    private void pass(byte[] data) {
        bytes += data.length;
        if (bytes > maxBytes) {
            state.fail(new AttemptFailure(Fault.OUTPUT_LIMIT, "more output than allowed"));
        } else {
            pending.writeBytes(data);
        }
    }

    private static byte[] event(Frame frame) {
        StringBuilder text =
                new StringBuilder(frame.data().length() + frame.event().length() + 24);
        if (!frame.event().isEmpty()) {
            text.append("event: ").append(frame.event()).append('\n');
        }
        text.append("data: ");
        if (frame.data().indexOf('\n') < 0) {
            text.append(frame.data());
        } else {
            text.append(frame.data().replace("\n", "\ndata: "));
        }
        return text.append("\n\n").toString().getBytes(UTF_8);
    }

    @Override
    public AnswerState state() {
        return state;
    }

    @Override
    public boolean hasPending() {
        boolean begun = request.stream() && state.pieces() > 0;
        return pending.size() > 0
                && (begun || (state.answerComplete() && missing().isEmpty()));
    }

    @Override
    public List<AnswerEvent> drain() {
        if (!hasPending()) {
            return List.of();
        }
        byte[] drained = pending.toByteArray();
        pending.reset();
        return List.of(new NativeData(drained));
    }

    @Override
    public Optional<AttemptFailure> missing() {
        return state.missing();
    }

    @Override
    public Completed complete() {
        return state.completed(state.finishReason());
    }
}
