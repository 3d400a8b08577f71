package io.parley.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.EstimateResult;
import io.parley.contract.WireName;
import io.parley.http.CollectedAnswer.Result;
import io.parley.json.TokenUsageJson;
import io.parley.json.Usd;
import java.time.Duration;
import java.util.OptionalLong;

/** What clients see of answers that nobody keeps, of their price, and of how the providers fare. */
final class AiViews {

    private AiViews() {}

    /** {@code latency} is in milliseconds, from the question to the end of the answer. */
    static ObjectNode answer(Result whole, String requestId, Duration latency) {
        ObjectNode view = object().put("content", whole.text())
                .put("provider", whole.by().provider())
                .put("model", whole.end().model())
                .put("finish_reason", whole.end().reason().wire());
        view.set("usage", TokenUsageJson.write(whole.end().usage()));
        return view.put("latency", latency.toMillis())
                .put("request_id", requestId)
                .put("cached", whole.by().cached())
                .put("attempts", whole.by().calls());
    }

    /** {@code output_tokens} is the most that there may be; {@code cost_usd} that of both, or null when no price is known. */
    static ObjectNode estimate(Resolved checked, EstimateResult estimated) {
        return object().put("provider", checked.provider())
                .put("model", checked.model())
                .put("input_tokens", estimated.inputTokens())
                .put("output_tokens", estimated.outputTokens())
                .put("cost_usd", Usd.ofMicros(estimated.costMicros()));
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
        view.put("last_error", provider.lastError().map(Problem.Fault::wire).orElse(null));
        ObjectNode left = view.putObject("rate_limit_remaining");
        put(put(left, "requests", provider.requestsLeft()), "tokens", provider.tokensLeft());
        return view.put("running", provider.running()).put("queue", provider.waiting());
    }

    private static ObjectNode put(ObjectNode view, String name, OptionalLong number) {
        return number.isPresent() ? view.put(name, number.getAsLong()) : view.putNull(name);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
