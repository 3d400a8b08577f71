package io.parley.http.generation;

import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;
import java.util.List;

/**
 * A stateless generation request: model selection, prompt and call options.
 * @param droppedHints names of the fields that the prompt leaves out because they do not change what is asked for
 */
public record GenerationRequest(
        ModelSelection selection, Prompt prompt, CallOptions options, List<String> droppedHints) {

    public GenerationRequest {
        droppedHints = List.copyOf(droppedHints);
    }

    /** A request whose fields are all in the prompt. */
    public GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options) {
        this(selection, prompt, options, List.of());
    }
}
