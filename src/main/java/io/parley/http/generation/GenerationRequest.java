package io.parley.http.generation;

import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import java.util.Optional;

/**
 * A stateless generation request.
 * @param nativeRequest the request as it came, if a provider may speak its format
 */
public record GenerationRequest(
        ModelSelection selection, Prompt prompt, CallOptions options, Optional<NativeRequest> nativeRequest) {

    /** Always translated. */
    public GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options) {
        this(selection, prompt, options, Optional.empty());
    }

    /** The same request, passed on as it came to providers that speak its format. */
    public GenerationRequest with(NativeRequest request) {
        return new GenerationRequest(selection, prompt, options, Optional.of(request));
    }

    /** The same request with these options. */
    public GenerationRequest with(CallOptions newOptions) {
        return new GenerationRequest(selection, prompt, newOptions, nativeRequest);
    }
}
