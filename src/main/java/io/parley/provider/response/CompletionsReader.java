package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import io.parley.contract.FinishReason;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads along in OpenAI's legacy completions, streamed or whole. */
public final class CompletionsReader implements NativeReader {

    private static final Pattern NO_CHOICE = Pattern.compile("\"choices\"\\s*:\\s*\\[\\s*]");

    @Override
    public List<Signal> read(Frame frame) {
        String data = frame.data().strip();
        if (data.isEmpty()) {
            return List.of();
        }
        if (data.startsWith("[DONE]")) {
            return List.of(new Signal.StreamEnd());
        }
        ChunkReader reader = new ChunkReader();
        JsonPullReader.document(data, reader::field);
        return reader.signals();
    }

    @Override
    public boolean isUsageOnly(Frame frame) {
        return NO_CHOICE.matcher(frame.data()).find();
    }

    private static final class ChunkReader {
        private final List<Signal> signals = new ArrayList<>();
        private long prompt = -1;
        private long output = -1;

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> signals.add(new Signal.Model(JsonPullReader.text(json)));
                case "choices" -> JsonPullReader.objects(json, this::choice);
                case "usage" -> JsonPullReader.object(json, this::count);
                case "error" -> {
                    ProviderErrorBody error = ProviderErrorBody.read(json);
                    if (!error.equals(ProviderErrorBody.NONE)) {
                        signals.add(
                                new Signal.StreamError(new AttemptFailure(FaultClassifier.of(error), error.message())));
                    }
                }
                default -> {} // unknown fields
            }
        }

        private void choice(String name, JsonParser json) throws IOException {
            String text = JsonPullReader.text(json);
            if (name.equals("text") && !text.isEmpty()) {
                signals.add(new Signal.Text(text));
            } else if (name.equals("finish_reason") && !text.isEmpty()) {
                signals.add(new Signal.Reason(
                        switch (text) {
                            case "length" -> FinishReason.LENGTH;
                            case "content_filter" -> FinishReason.FILTER;
                            default -> FinishReason.STOP;
                        },
                        Optional.empty()));
                signals.add(new Signal.AnswerComplete());
            }
        }

        private void count(String name, JsonParser json) throws IOException {
            switch (name) {
                case "prompt_tokens" -> prompt = JsonPullReader.count(json);
                case "completion_tokens" -> output = JsonPullReader.count(json);
                default -> {} // the total
            }
        }

        private List<Signal> signals() {
            if (prompt >= 0 || output >= 0) {
                signals.add(new Signal.UsageReport(prompt, 0, 0, output, -1));
            }
            return signals;
        }
    }
}
