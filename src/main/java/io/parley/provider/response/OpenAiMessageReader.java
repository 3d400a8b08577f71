package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a message of OpenAI's format, or a piece of it, in which text and reasoning are strings or lists of parts. */
public final class OpenAiMessageReader {

    private String thinking = "";
    private String text = "";
    private String refusal = "";
    private List<Signal> calls = List.of();

    void field(String name, JsonParser json) throws IOException {
        switch (name) {
            case "content" -> content(json);
            case "refusal" -> refusal += JsonPullReader.text(json);
            // some providers send the same reasoning under several names
            case "reasoning_content", "reasoning", "thinking" -> thinking = thinking.isEmpty() ? texts(json) : thinking;
            case "tool_calls" -> JsonPullReader.elements(json, this::toolCall);
            case "function_call" -> functionCall(json);
            default -> {} // the role
        }
    }

    boolean isEmpty() {
        return thinking.isEmpty() && text.isEmpty() && refusal.isEmpty() && calls.isEmpty();
    }

    /** Adds the signals in the order in which a model writes, whatever the order of the fields. */
    void addTo(List<Signal> signals) {
        if (!thinking.isEmpty()) {
            signals.add(new Signal.Thinking(ThinkingKind.TEXT, thinking));
        }
        if (!text.isEmpty()) {
            signals.add(new Signal.Text(text));
        }
        if (!refusal.isEmpty()) {
            signals.add(new Signal.Refusal(refusal));
        }
        signals.addAll(calls);
    }

    private void content(JsonParser json) throws IOException {
        switch (json.currentToken()) {
            case VALUE_STRING -> text += json.getText();
            case START_ARRAY -> JsonPullReader.elements(json, this::content);
            case START_OBJECT -> {
                PartReader part = new PartReader();
                JsonPullReader.object(json, part::field);
                part.addTo(this);
            }
            default -> {} // null, or a value of an unexpected type
        }
    }

    /** The value if it is a string, or the concatenated texts if it is a list of parts. */
    private static String texts(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return JsonPullReader.text(json);
        }
        StringBuilder all = new StringBuilder();
        JsonPullReader.elements(json, element -> {
            all.append(JsonPullReader.text(element));
            JsonPullReader.object(element, (name, value) -> {
                if (name.equals("text")) {
                    all.append(JsonPullReader.text(value));
                }
            });
        });
        return all.toString();
    }

    private void toolCall(JsonParser json) throws IOException {
        ToolCallReader call = new ToolCallReader();
        JsonPullReader.object(json, call::field);
        add(call);
    }

    /** The form of a call before there were several in one answer. */
    private void functionCall(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            toolCall(json);
        }
    }

    private void add(ToolCallReader call) {
        if (calls.isEmpty()) {
            calls = new ArrayList<>(2);
        }
        calls.add(call.piece(calls.size(), false));
    }

    /** Reads one part of a content; parts of unknown types are ignored. */
    private static final class PartReader {
        private String type = "";
        private String text = "";
        private String thinking = "";
        private String refusal = "";

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "type" -> type = JsonPullReader.text(json);
                case "text" -> text = JsonPullReader.text(json);
                case "thinking" -> thinking = texts(json);
                case "refusal" -> refusal = JsonPullReader.text(json);
                default -> {} // for example annotations
            }
        }

        private void addTo(OpenAiMessageReader message) {
            switch (type) {
                case "text", "output_text", "" -> message.text += text;
                case "thinking", "reasoning" -> message.thinking += thinking.isEmpty() ? text : thinking;
                case "refusal" -> message.refusal += refusal;
                default -> {} // unknown types
            }
        }
    }
}
