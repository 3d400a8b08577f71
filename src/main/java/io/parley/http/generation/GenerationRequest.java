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
 * @param choices the number of answers; a provider that gets the request as it came makes them all, others make one for each call
 * @param clientFields what errors call the fields of the prompt
 */
public record GenerationRequest(
        ModelSelection selection,
        Prompt prompt,
        CallOptions options,
        List<String> droppedHints,
        Optional<NativeRequest> nativeRequest,
        int choices,
        ClientFields clientFields) {

    public GenerationRequest {
        droppedHints = List.copyOf(droppedHints);
    }

    /** Always translated, for one answer, without dropped hints, in a format that has the fields of a prompt. */
    public GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options) {
        this(selection, prompt, options, List.of(), Optional.empty(), 1, ClientFields.SAME);
    }

    /** The same request, passed on as it came to providers that speak its format. */
    public GenerationRequest with(NativeRequest request) {
        return new GenerationRequest(
                selection, prompt, options, droppedHints, Optional.of(request), choices, clientFields);
    }

    /** The same request with these options. */
    public GenerationRequest with(CallOptions newOptions) {
        return new GenerationRequest(selection, prompt, newOptions, droppedHints, nativeRequest, choices, clientFields);
    }

    /** The same request without the fields of these names, which do not change what is asked for. */
    public GenerationRequest withDroppedHints(List<String> names) {
        return new GenerationRequest(selection, prompt, options, names, nativeRequest, choices, clientFields);
    }

    /** The same request for so many answers. */
    public GenerationRequest withChoices(int number) {
        return new GenerationRequest(selection, prompt, options, droppedHints, nativeRequest, number, clientFields);
    }

    /** The same request with these names of its fields. */
    public GenerationRequest withClientFields(ClientFields newFields) {
        return new GenerationRequest(selection, prompt, options, droppedHints, nativeRequest, choices, newFields);
    }

    /**
     * The request for one more answer besides the first: translated, never from the cache, and with a seed of its own, so that it is not
     * the first again.
     * @param index of the answer; the first has 0
     */
    GenerationRequest repetition(int index) {
        return new GenerationRequest(
                selection,
                prompt.withOptions(prompt.options().withSeedOffset(index)),
                options.withoutCache(),
                droppedHints,
                Optional.empty(),
                1,
                clientFields);
    }
}
