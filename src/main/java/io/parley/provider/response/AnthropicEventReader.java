package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the events of a message in Anthropic's format, or the whole message. */
public final class AnthropicEventReader implements FrameReader {

    private final AnthropicBlockTracker blocks = new AnthropicBlockTracker();

    @Override
    public List<Signal> read(Frame frame) {
        String data = frame.data().strip();
        if (data.isEmpty() || data.startsWith("[DONE]")) {
            return List.of();
        }
        if (data.charAt(0) != '{' && frame.event().equals("error")) {
            return ErrorFields.named(frame);
        }
        Event event = new Event(frame.event());
        JsonPullReader.document(data, event::field);
        return event.signals();
    }

    /** The meaning of an event's fields depends on its type, which may come last. */
    private final class Event {
        private final String name;
        private final UsageFields usage = new UsageFields();
        private final ErrorFields error = new ErrorFields();
        private final AnthropicBlockFields block = new AnthropicBlockFields();
        private final List<AnthropicBlockFields> content = new ArrayList<>(0);
        private String type;
        private String model = "";
        private String reason = "";
        private String stopSequence = "";
        private int index = AnthropicBlockTracker.NO_INDEX;

        private Event(String name) {
            this.name = name;
            this.type = name;
        }

        private void field(String field, JsonParser json) throws IOException {
            switch (field) {
                case "type" -> {
                    type = JsonPullReader.text(json);
                    error.field(field, json);
                }
                case "message" -> message(json);
                case "delta" -> JsonPullReader.object(json, this::delta);
                case "content_block" -> JsonPullReader.object(json, block::field);
                case "index" -> index = (int) JsonPullReader.count(json);
                default -> messageField(field, json); // a message may be the whole response
            }
        }

        private void message(JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                JsonPullReader.object(json, this::messageField);
            } else {
                error.field("message", json);
            }
        }

        private void messageField(String field, JsonParser json) throws IOException {
            switch (field) {
                case "model" -> model = JsonPullReader.text(json);
                case "usage" -> usage.read(json);
                case "stop_reason" -> reason = JsonPullReader.text(json);
                case "stop_sequence" -> stopSequence = JsonPullReader.text(json);
                case "content" -> JsonPullReader.elements(json, this::whole);
                case "type" -> {} // of a message inside an event
                default -> error.field(field, json);
            }
        }

        private void delta(String field, JsonParser json) throws IOException {
            switch (field) {
                case "stop_reason", "stop_sequence" -> messageField(field, json);
                default -> block.field(field, json);
            }
        }

        private void whole(JsonParser json) throws IOException {
            AnthropicBlockFields each = new AnthropicBlockFields();
            JsonPullReader.object(json, each::field);
            content.add(each);
        }

        private List<Signal> signals() {
            ProviderErrorBody marked = error.marked(name);
            if (!marked.equals(ProviderErrorBody.NONE)) {
                return List.of(ErrorFields.signal(marked));
            }
            List<Signal> signals = new ArrayList<>(3);
            switch (type) {
                case "message_start" -> {
                    signals.add(new Signal.Model(model));
                    signals.add(usage.exclusiveInput());
                    content.forEach(each -> blocks.whole(each, signals));
                }
                case "content_block_start" -> blocks.start(index, block, signals);
                case "content_block_delta" -> blocks.delta(index, block, signals);
                case "content_block_stop" -> blocks.stop(index, signals);
                case "message_delta" -> end(signals);
                case "message_stop" -> {
                    blocks.stopAll(signals);
                    signals.add(new Signal.StreamEnd());
                }
                case "message" -> {
                    signals.add(new Signal.Model(model));
                    content.forEach(each -> blocks.whole(each, signals));
                    end(signals);
                    signals.add(new Signal.StreamEnd());
                }
                default -> {
                    ProviderErrorBody found = error.any(name); // otherwise a ping or an unknown event
                    if (!found.equals(ProviderErrorBody.NONE)) {
                        signals.add(ErrorFields.signal(found));
                    }
                }
            }
            return signals;
        }

        private void end(List<Signal> signals) {
            blocks.stopAll(signals);
            signals.add(usage.exclusive());
            if (!reason.isEmpty()) {
                signals.add(FinishReasons.of(reason, stopSequence));
            }
        }
    }
}
