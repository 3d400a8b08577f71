package io.parley.provider.response;

import io.parley.contract.FinishReason;
import io.parley.contract.Problem.Fault;
import java.util.Locale;
import java.util.Optional;

/** Interprets the words with which providers explain the end of an answer. Only a word known to be good makes an answer whole. */
public final class FinishReasons {

    private FinishReasons() {}

    /** The reason, or the error that {@code word} is. {@code stopSequence} is empty if unknown. */
    static Signal of(String word, String stopSequence) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "stop", "end_turn", "eos", "eos_token", "stop_sequence" ->
                new Signal.Reason(FinishReason.STOP, Optional.of(stopSequence).filter(text -> !text.isEmpty()));
            case "length", "max_tokens", "model_length", "model_context_window_exceeded" -> reason(FinishReason.LENGTH);
            case "tool_calls", "tool_use", "function_call" -> reason(FinishReason.TOOL_CALLS);
            case "content_filter", "sensitive", "refusal", "safety" -> reason(FinishReason.FILTER);
            case "pause_turn" -> reason(FinishReason.PAUSE);
            case "insufficient_system_resource" -> failure(Fault.OVERLOADED, word);
            case "error", "network_error" -> failure(Fault.ERROR, word);
            default -> failure(Fault.PROTOCOL, word);
        };
    }

    private static Signal reason(FinishReason reason) {
        return new Signal.Reason(reason, Optional.empty());
    }

    private static Signal failure(Fault fault, String word) {
        String shown = word.matches("[a-z_]{1,40}") ? word : "an unknown reason";
        return new Signal.StreamError(new AttemptFailure(fault, "the answer ended with: " + shown));
    }
}
