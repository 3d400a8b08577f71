package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads completions in OpenAI's format, in chunks or whole. A message in a stream counts only if no pieces of it came before, because
 * some providers repeat the whole message beside each piece.
 */
public final class OpenAiChunkReader implements FrameReader {

    private static final String DONE = "[DONE]";

    private final boolean allChoices;
    private boolean pieces;

    /** Reads the first choice. */
    public OpenAiChunkReader() {
        this(false);
    }

    /** @param allChoices whether the output of all choices is read, not only that of the first */
    public OpenAiChunkReader(boolean allChoices) {
        this.allChoices = allChoices;
    }

    @Override
    public List<Signal> read(Frame frame) {
        String data = frame.data().strip();
        if (data.isEmpty()) {
            return List.of();
        }
        if (data.startsWith(DONE)) {
            return List.of(new Signal.StreamEnd());
        }
        if (data.charAt(0) != '{' && frame.event().equals("error")) {
            return ErrorFields.named(frame);
        }
        Chunk chunk = new Chunk();
        JsonPullReader.document(data, chunk::field);
        return chunk.signals(frame.event());
    }

    private final class Chunk {
        private final List<Signal> signals = new ArrayList<>(4);
        private final UsageFields usage = new UsageFields();
        private final ErrorFields error = new ErrorFields();
        private boolean answer;
        private boolean chunk;
        private boolean whole;

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> signals.add(new Signal.Model(JsonPullReader.text(json)));
                case "choices" -> JsonPullReader.elements(json, this::choice);
                case "usage" -> usage.read(json);
                case "x_groq" -> JsonPullReader.object(json, this::extension);
                case "prompt_tokens", "completion_tokens" -> usage.field(name, json);
                case "object" -> {
                    chunk = JsonPullReader.text(json).equals("chat.completion.chunk");
                    error.field(name, json);
                }
                default -> error.field(name, json);
            }
        }

        private void extension(String name, JsonParser json) throws IOException {
            switch (name) {
                case "usage" -> usage.read(json);
                case "error" -> error.field(name, json);
                default -> {} // for example the id of the request
            }
        }

        private void choice(JsonParser json) throws IOException {
            ChoiceReader choice = new ChoiceReader(usage, error);
            JsonPullReader.object(json, choice::field);
            if (choice.index > 0 && !allChoices) {
                return; // only one choice is requested
            }
            answer = true;
            pieces |= !choice.delta.isEmpty();
            boolean message = !pieces && choice.hasMessage;
            whole |= message;
            (message ? choice.message : choice.delta).addTo(signals);
            if (!choice.reason.isEmpty()) {
                signals.add(FinishReasons.of(choice.reason, choice.stopSequence));
                signals.add(new Signal.AnswerComplete());
            }
        }

        private List<Signal> signals(String event) {
            ProviderErrorBody found = answer ? error.marked(event) : error.any(event);
            if (!found.equals(ProviderErrorBody.NONE)) {
                signals.add(ErrorFields.signal(found));
                return signals;
            }
            if (usage.present()) {
                signals.add(usage.inclusive());
            }
            if (whole && !chunk) {
                signals.add(new Signal.AnswerComplete());
            }
            return signals;
        }
    }

    private static final class ChoiceReader {
        private final UsageFields usage;
        private final ErrorFields error;
        private final OpenAiMessageReader delta = new OpenAiMessageReader();
        private final OpenAiMessageReader message = new OpenAiMessageReader();
        private boolean hasMessage;
        private String reason = "";
        private String stopSequence = "";
        private long index;

        private ChoiceReader(UsageFields usage, ErrorFields error) {
            this.usage = usage;
            this.error = error;
        }

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "index" -> index = JsonPullReader.count(json);
                case "delta" -> JsonPullReader.object(json, delta::field);
                case "message" -> {
                    hasMessage = true;
                    JsonPullReader.object(json, message::field);
                }
                case "finish_reason" -> reason = JsonPullReader.text(json);
                case "stop_reason" -> stopSequence = JsonPullReader.text(json);
                case "usage" -> usage.read(json);
                case "error" -> error.field(name, json);
                default -> {} // for example log probabilities
            }
        }
    }
}
