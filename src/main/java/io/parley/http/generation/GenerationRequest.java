package io.parley.http.generation;

import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import java.util.List;
import java.util.Optional;

/**
 * A stateless generation request: model selection, prompt and call options.
 * @param droppedHints names of the fields that the prompt leaves out because they do not change what is asked for
 * @param nativeRequest the request as it came, if a provider may speak its format
 */
public record GenerationRequest(
        ModelSelection selection,
        Prompt prompt,
        CallOptions options,
        List<String> droppedHints,
        Optional<NativeRequest> nativeRequest) {

    public GenerationRequest {
        droppedHints = List.copyOf(droppedHints);
    }

    /** Always translated, and without dropped hints. */
    public GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options) {
        this(selection, prompt, options, List.of(), Optional.empty());
    }

    /** Always translated. */
    public GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options, List<String> droppedHints) {
        this(selection, prompt, options, droppedHints, Optional.empty());
    }

    /** The same request, passed on as it came to providers that speak its format. */
    public GenerationRequest with(NativeRequest request) {
        return new GenerationRequest(selection, prompt, options, droppedHints, Optional.of(request));
    }

    /** The same request with these options. */
    public GenerationRequest with(CallOptions newOptions) {
        return new GenerationRequest(selection, prompt, newOptions, droppedHints, nativeRequest);
    }
}
