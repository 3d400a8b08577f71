package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
        return reader.signals(frame.event());
    }

    @Override
    public boolean isUsageOnly(Frame frame) {
        return NO_CHOICE.matcher(frame.data()).find();
    }

    private static final class ChunkReader {
        private final List<Signal> signals = new ArrayList<>();
        private final UsageFields usage = new UsageFields();
        private final ErrorFields error = new ErrorFields();
        private boolean answer;

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> signals.add(new Signal.Model(JsonPullReader.text(json)));
                case "choices" -> JsonPullReader.objects(json, this::choice);
                case "usage" -> usage.read(json);
                default -> error.field(name, json);
            }
        }

        private void choice(String name, JsonParser json) throws IOException {
            answer = true;
            if (!name.equals("text") && !name.equals("finish_reason")) {
                return; // for example the index and log probabilities
            }
            String text = JsonPullReader.text(json);
            if (!text.isEmpty() && name.equals("text")) {
                signals.add(new Signal.Text(text));
            } else if (!text.isEmpty()) {
                signals.add(FinishReasons.of(text, ""));
                signals.add(new Signal.AnswerComplete());
            }
        }

        private List<Signal> signals(String event) {
            ProviderErrorBody found = answer ? error.marked(event) : error.any(event);
            if (!found.equals(ProviderErrorBody.NONE)) {
                signals.add(ErrorFields.signal(found));
            } else if (usage.present()) {
                signals.add(usage.inclusive());
            }
            return signals;
        }
    }
}
