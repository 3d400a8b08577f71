package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem.Fault;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads along in OpenAI's responses: the events of a stream, or a whole response. */
public final class ResponsesReader implements NativeReader {

    /** What the status of a response can be when it has ended well. */
    private static final Set<String> ENDED = Set.of("completed", "incomplete");

    @Override
    public List<Signal> read(Frame frame) {
        String data = frame.data().strip();
        if (data.isEmpty()) {
            return List.of();
        }
        if (data.startsWith("[DONE]")) {
            return List.of(new Signal.StreamEnd());
        }
        EventReader reader = new EventReader();
        JsonPullReader.document(data, reader::field);
        return reader.signals();
    }

    /** Reads one event, or a response, which has no type. */
    private static final class EventReader {
        private String type = "";
        private String object = "";
        private String delta = "";
        private String status = "";
        private String reason = "";
        private String model = "";
        private ProviderErrorBody error = ProviderErrorBody.NONE;
        private String code = "";
        private String message = "";
        private long input = -1;
        private long cached;
        private long output = -1;
        private long reasoning = -1;

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "type" -> type = JsonPullReader.text(json);
                case "object" -> object = JsonPullReader.text(json);
                case "delta" -> delta = JsonPullReader.text(json);
                case "response", "incomplete_details" -> JsonPullReader.object(json, this::field);
                case "status" -> status = JsonPullReader.text(json);
                case "reason" -> reason = JsonPullReader.text(json);
                case "model" -> model = JsonPullReader.text(json);
                case "error" -> error = ProviderErrorBody.read(json);
                case "code" -> code = JsonPullReader.text(json);
                case "message" -> message = JsonPullReader.text(json);
                case "usage" -> JsonPullReader.object(json, this::count);
                default -> {} // output items and unknown fields
            }
        }

        private void count(String name, JsonParser json) throws IOException {
            switch (name) {
                case "input_tokens" -> input = JsonPullReader.count(json);
                case "output_tokens" -> output = JsonPullReader.count(json);
                case "cached_tokens" -> cached = Math.max(0, JsonPullReader.count(json));
                case "reasoning_tokens" -> reasoning = JsonPullReader.count(json);
                case "input_tokens_details", "output_tokens_details" -> JsonPullReader.object(json, this::count);
                default -> {} // the total
            }
        }

        private List<Signal> signals() {
            List<Signal> signals = new ArrayList<>();
            signals.add(new Signal.Model(model));
            switch (type) {
                case "response.output_text.delta", "response.refusal.delta" -> signals.add(new Signal.Text(delta));
                case "response.reasoning_text.delta", "response.reasoning_summary_text.delta" ->
                    signals.add(new Signal.Thinking(ThinkingKind.TEXT, delta));
                case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
                    signals.add(new Signal.ToolCallPiece(0, 0, "", "", delta, false));
                case "response.output_item.added" ->
                    signals.add(new Signal.Thinking(ThinkingKind.TEXT, "")); // the model has begun
                case "response.completed", "response.incomplete", "response.failed" -> end(signals);
                case "error" -> signals.add(ErrorFields.signal(new ProviderErrorBody("", code, "", message)));
                default -> {
                    if (type.isEmpty() && object.equals("response")) { // the whole response
                        end(signals);
                    }
                }
            }
            return signals;
        }

        private void end(List<Signal> signals) {
            if (!error.equals(ProviderErrorBody.NONE) || status.equals("failed")) {
                signals.add(ErrorFields.signal(error));
                return;
            }
            if (input >= 0 || output >= 0) {
                signals.add(new Signal.UsageReport(
                        input < 0 ? -1 : Math.max(0, input - cached), cached, 0, output, reasoning));
            }
            if (!status.isEmpty() && !ENDED.contains(status)) {
                signals.add(new Signal.StreamError(
                        new AttemptFailure(Fault.PROTOCOL, "a response that ends without being completed")));
                return;
            }
            signals.add(new Signal.Reason(
                    switch (reason) {
                        case "max_output_tokens" -> FinishReason.LENGTH;
                        case "content_filter" -> FinishReason.FILTER;
                        default -> FinishReason.STOP;
                    },
                    Optional.empty()));
            signals.add(new Signal.StreamEnd());
        }
    }
}
