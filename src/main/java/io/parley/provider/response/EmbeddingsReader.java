package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import io.parley.contract.FinishReason;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads along in a whole list of embeddings: its model and its usage. */
public final class EmbeddingsReader implements NativeReader {

    @Override
    public List<Signal> read(Frame frame) {
        ListReader reader = new ListReader();
        JsonPullReader.document(frame.data(), reader::field);
        return reader.signals();
    }

    private static final class ListReader {
        private final List<Signal> signals = new ArrayList<>();
        private boolean hasData;
        private long input = -1;

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> signals.add(new Signal.Model(JsonPullReader.text(json)));
                case "data" -> hasData = true;
                case "usage" -> JsonPullReader.object(json, this::count);
                case "error" -> {
                    ProviderErrorBody error = ProviderErrorBody.read(json);
                    if (!error.equals(ProviderErrorBody.NONE)) {
                        signals.add(ErrorFields.signal(error));
                    }
                }
                default -> {} // unknown fields
            }
        }

        private void count(String name, JsonParser json) throws IOException {
            if (name.equals("prompt_tokens")) {
                input = JsonPullReader.count(json);
            }
        }

        private List<Signal> signals() {
            if (hasData) {
                signals.add(new Signal.UsageReport(input, 0, 0, 0, 0));
                signals.add(new Signal.Reason(FinishReason.STOP, Optional.empty()));
                signals.add(new Signal.StreamEnd());
            }
            return signals;
        }
    }
}
