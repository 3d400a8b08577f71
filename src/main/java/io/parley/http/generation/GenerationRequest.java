package io.parley.http.generation;

import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import java.util.Optional;

/**
 * A stateless generation request: model selection, prompt and call options.
 *
 * @param nativeRequest the request as it came, if a provider may speak its format
 */
public record GenerationRequest(
        ModelSelection selection, Prompt prompt, CallOptions options, Optional<NativeRequest> nativeRequest) {

    /** A request that is translated for every provider. */
    public GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options) {
        this(selection, prompt, options, Optional.empty());
    }
}
