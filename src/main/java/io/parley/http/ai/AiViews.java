package io.parley.http.ai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.EstimateResult;
import io.parley.contract.WireName;
import io.parley.http.generation.CollectedAnswer.Result;
import io.parley.json.TokenUsageJson;
import io.parley.json.Usd;
import java.time.Duration;
import java.util.OptionalLong;

/** Writes answers, cost estimates and provider health as JSON. */
final class AiViews {

    private AiViews() {}

    /**
     * @param thinking whether the client asked for the reasoning; written if the model reasoned
     * @param latency the time from the request to the end of the answer, written in milliseconds
     */
    static ObjectNode answer(Result answer, boolean thinking, String requestId, Duration latency) {
        ObjectNode view = object().put("content", answer.text() + answer.refusal());
        if (thinking && !answer.thinking().isEmpty()) {
            view.put("thinking", answer.thinking());
        }
        view.put("provider", answer.handle().provider())
                .put("model", answer.end().model())
                .put("finish_reason", answer.end().reason().wireName());
        view.set("usage", TokenUsageJson.write(answer.end().usage()));
        return view.put("latency", latency.toMillis())
                .put("request_id", requestId)
                .put("cached", answer.handle().cached())
                .put("attempts", answer.handle().attemptsUsed());
    }

    /** {@code output_tokens} is the upper bound; {@code cost_usd} covers input and output, and is null if the price is unknown. */
    static ObjectNode estimate(Resolved resolved, EstimateResult estimated) {
        return object().put("provider", resolved.provider())
                .put("model", resolved.model())
                .put("input_tokens", estimated.inputTokens())
                .put("output_tokens", estimated.maxOutputTokens())
                .put("cost_usd", Usd.ofMicros(estimated.maxCostMicros()));
    }

    static ObjectNode health(GatewayMessage.Status state) {
        ObjectNode view = object();
        ArrayNode providers = view.putArray("providers");
        state.providers().forEach(provider -> providers.add(provider(provider)));
        return view;
    }

    private static ObjectNode provider(GatewayMessage.ProviderStatus provider) {
        ObjectNode view = object().put("name", provider.name())
                .put("healthy", provider.healthy())
                .put("breaker", WireName.of(provider.breaker()));
        put(put(view.putObject("latency"), "p50_ms", provider.p50Millis()), "p95_ms", provider.p95Millis());
        view.put("last_error", provider.lastError().map(Problem.Fault::wireName).orElse(null));
        ObjectNode remaining = view.putObject("rate_limit_remaining");
        put(put(remaining, "requests", provider.requestsRemaining()), "tokens", provider.tokensRemaining());
        return view.put("running", provider.inFlight()).put("queue", provider.queued());
    }

    private static ObjectNode put(ObjectNode view, String name, OptionalLong number) {
        return number.isPresent() ? view.put(name, number.getAsLong()) : view.putNull(name);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
