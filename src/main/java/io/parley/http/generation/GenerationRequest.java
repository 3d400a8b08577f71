package io.parley.http.generation;

import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Prompt;

/** What a client wants answered, and by whom, when nothing of it is kept. */
public record GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options) {}
