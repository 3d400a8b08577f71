package io.parley.http.generation;

import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;

/** A stateless generation request: model selection, prompt and call options. */
public record GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options) {}
