package io.parley.http;

import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.Prompt;

/** What a client wants answered, and by whom, when nothing of it is kept. */
record GenerationRequest(ModelSelection selection, Prompt prompt, CallOptions options) {}
