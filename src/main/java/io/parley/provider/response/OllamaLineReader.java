package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines of an answer in Ollama's format, or the whole answer, which is one such line. */
public final class OllamaLineReader implements FrameReader {

    @Override
    public List<Signal> read(Frame frame) {
        String data = frame.data().strip();
        if (data.isEmpty() || data.startsWith("[DONE]")) {
            return List.of();
        }
        if (data.charAt(0) != '{' && frame.event().equals("error")) {
            return ErrorFields.named(frame);
        }
        Line line = new Line();
        JsonPullReader.document(data, line::field);
        return line.signals(frame.event());
    }

    private static final class Line {
        private final UsageFields usage = new UsageFields();
        private final ErrorFields error = new ErrorFields();
        private final List<Signal> calls = new ArrayList<>(0);
        private String model = "";
        private String text = "";
        private String thinking = "";
        private String reason = "";
        private boolean message;
        private boolean done;

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> model = JsonPullReader.text(json);
                case "message" -> message(json);
                case "done" -> done = json.currentToken() == JsonToken.VALUE_TRUE;
                case "done_reason" -> reason = JsonPullReader.text(json);
                case "prompt_eval_count", "eval_count" -> usage.field(name, json);
                default -> error.field(name, json); // durations and unknown fields are ignored there
            }
        }

        private void message(JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                message = true;
                JsonPullReader.object(json, this::messageField);
            } else {
                error.field("message", json);
            }
        }

        private void messageField(String name, JsonParser json) throws IOException {
            switch (name) {
                case "content" -> text = JsonPullReader.text(json);
                case "thinking" -> thinking = JsonPullReader.text(json);
                case "tool_calls" -> JsonPullReader.elements(json, this::toolCall);
                default -> {} // the role
            }
        }

        /** Each call is sent in one piece, so its index is not needed. */
        private void toolCall(JsonParser json) throws IOException {
            ToolCallReader call = new ToolCallReader();
            JsonPullReader.object(json, call::field);
            calls.add(call.piece(calls.size(), true));
        }

        private List<Signal> signals(String event) {
            ProviderErrorBody found = message || done ? error.marked(event) : error.any(event);
            if (!found.equals(ProviderErrorBody.NONE)) {
                return List.of(ErrorFields.signal(found));
            }
            List<Signal> signals = new ArrayList<>(4);
            signals.add(new Signal.Model(model));
            if (!thinking.isEmpty()) {
                signals.add(new Signal.Thinking(ThinkingKind.TEXT, thinking));
            }
            if (!text.isEmpty()) {
                signals.add(new Signal.Text(text));
            }
            signals.addAll(calls);
            if (done) {
                signals.add(usage.inclusive());
                if (!reason.isEmpty()) {
                    signals.add(FinishReasons.of(reason, ""));
                }
                signals.add(new Signal.StreamEnd());
            }
            return signals;
        }
    }
}
