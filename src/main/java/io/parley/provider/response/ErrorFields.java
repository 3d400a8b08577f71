package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.contract.Problem.Fault;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;
import java.util.List;

/** Finds an error among the top-level fields of a response, in any of the forms that providers use. */
public final class ErrorFields {

    private static final String ERROR = "error";

    private ProviderErrorBody nested = ProviderErrorBody.NONE;
    private String type = "";
    private String object = "";
    private String code = "";
    private String message = "";
    private boolean detailed;

    /** The error that the event is if it is named so, whatever its data. */
    static List<Signal> named(Frame frame) {
        return frame.event().equals(ERROR)
                ? List.of(new Signal.StreamError(new AttemptFailure(Fault.ERROR, "an error event that is not JSON")))
                : List.of();
    }

    void field(String name, JsonParser json) throws IOException {
        switch (name) {
            case ERROR, "errors" -> nested(json);
            case "detail" -> detail(json);
            case "type" -> type = JsonPullReader.text(json);
            case "object" -> object = JsonPullReader.text(json);
            case "code" -> code = json.currentToken().isNumeric() ? json.getText() : JsonPullReader.text(json);
            case "msg", "message" -> message = JsonPullReader.text(json);
            default -> {} // unknown fields
        }
    }

    private void nested(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_ARRAY) {
            JsonPullReader.elements(json, this::nested);
        } else if (nested.equals(ProviderErrorBody.NONE)) {
            nested = ProviderErrorBody.read(json);
        }
    }

    /** A text, or a list of violations. */
    private void detail(JsonParser json) throws IOException {
        message = message.isEmpty() ? JsonPullReader.text(json) : message;
        detailed |= !message.isEmpty();
        JsonPullReader.objects(json, (name, value) -> {
            detailed = true;
            if (name.equals("msg")) {
                message = JsonPullReader.text(value);
            }
        });
    }

    /** The error that is marked as one, or {@link ProviderErrorBody#NONE}. */
    ProviderErrorBody marked(String event) {
        if (!nested.equals(ProviderErrorBody.NONE)) {
            return nested.code().isEmpty()
                    ? new ProviderErrorBody(nested.type(), code, nested.detail(), nested.message(), nested.params())
                    : nested;
        }
        boolean marked = event.equals(ERROR) || object.equals(ERROR) || type.equals(ERROR);
        return marked ? unmarked("unspecified error") : ProviderErrorBody.NONE;
    }

    /** The error of a frame without an answer, which needs no mark. */
    ProviderErrorBody any(String event) {
        ProviderErrorBody marked = marked(event);
        boolean coded = !message.isEmpty() && !code.isEmpty() && !code.equals("0") && !code.equals("200");
        return marked.equals(ProviderErrorBody.NONE) && (coded || detailed) ? unmarked("") : marked;
    }

    private ProviderErrorBody unmarked(String defaultMessage) {
        return new ProviderErrorBody(type, code, "", message.isEmpty() ? defaultMessage : message);
    }

    /** The signal for an error inside a response with status 200. */
    static Signal signal(ProviderErrorBody error) {
        return new Signal.StreamError(new AttemptFailure(FaultClassifier.of(error), error.summary()));
    }
}
