package io.parley.provider.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.NativeData;
import io.parley.contract.FinishReason;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.Usage;
import io.parley.provider.codec.Frame;
import io.parley.provider.dialect.NativeReader;
import io.parley.provider.response.AttemptFailure;
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

    private final NativeReader reader;
    private final NativeRequest request;
    private final Prompt prompt;
    private final int maxBytes;
    private final UsageAccumulator usage = new UsageAccumulator();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private String model;
    private Optional<Signal.Reason> reason = Optional.empty();
    private Optional<AttemptFailure> failure = Optional.empty();
    private boolean answerComplete;
    private boolean streamEnded;
    private long chars;
    private long bytes;
    private long pieces;

    /** @param model the requested model, reported until the provider names the one it used */
    NativeAnswer(NativeReader reader, NativeRequest request, String model, Prompt prompt, int maxBytes) {
        this.reader = reader;
        this.request = request;
        this.model = model;
        this.prompt = prompt;
        this.maxBytes = maxBytes;
    }

    /** A whole body is passed on as it is, unless it must be translated; a stream frame by frame. */
    @Override
    public void onBytes(byte[] received) {
        if (!request.stream() && !reader.translates() && failure.isEmpty()) {
            pass(received);
        }
    }

    @Override
    public void add(Frame received) {
        if (streamEnded || failure.isPresent()) {
            return;
        }
        Frame frame = reader.translated(received, request);
        List<Signal> signals = reader.read(frame);
        signals.forEach(this::read);
        if (request.stream() && failure.isEmpty() && !isUnwantedUsage(frame, signals)) {
            pass(event(frame));
        } else if (reader.translates() && failure.isEmpty()) {
            pass(frame.data().getBytes(UTF_8));
        }
    }

    private void read(Signal signal) {
        switch (signal) {
            case Signal.Text(String text) -> count(text.length());
            case Signal.Thinking piece -> count(piece.text().length());
            case Signal.Refusal(String text) -> count(text.length());
            case Signal.ToolCallPiece piece ->
                count(piece.name().length() + piece.arguments().length());
            case Signal.Model(String name) -> model = name.isEmpty() ? model : name;
            case Signal.Reason reported -> reason = Optional.of(reported);
            case Signal.ToolCallEnd _ -> {}
            case Signal.UsageReport spent -> usage.add(spent);
            case Signal.AnswerComplete _ -> answerComplete = true;
            case Signal.StreamEnd _ -> {
                answerComplete = true;
                streamEnded = true;
            }
            case Signal.StreamError(AttemptFailure reported) -> failure = failure.or(() -> Optional.of(reported));
        }
    }

    private void count(int length) {
        chars += length;
        pieces++;
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
            failure = Optional.of(new AttemptFailure(Fault.OUTPUT_LIMIT, "more output than allowed"));
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
        return pending.size() > 0 && (answerComplete || (request.stream() && pieces > 0));
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
        return reason.isEmpty() && pieces == 0
                ? Optional.of(new AttemptFailure(Fault.PROTOCOL, "the stream ended without an answer"))
                : Optional.empty();
    }

    @Override
    public Completed complete() {
        return new Completed(
                reason.map(Signal.Reason::reason).orElse(FinishReason.STOP),
                usage(),
                model,
                reason.flatMap(Signal.Reason::stopSequence));
    }

    @Override
    public Usage usage() {
        return usage.usage(prompt, chars);
    }
}
