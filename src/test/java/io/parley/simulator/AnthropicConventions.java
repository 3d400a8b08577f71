package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** What Anthropic's APIs have in common: the headers, and how they report errors. */
final class AnthropicConventions {

    private AnthropicConventions() {}

    /** Runs {@code api}, and reports what it throws in Anthropic's format. */
    static void reporting(ApiExchange exchange, SimulatedApi api) throws IOException {
        exchange.responseHeader("request-id", "req_simulated");
        try {
            if (!Credentials.bearer(exchange) && !exchange.header("x-api-key").equals(Credentials.KEY)) {
                throw new SimulatedError(401, "", "", "invalid x-api-key");
            }
            if (!exchange.header("anthropic-version").matches("2023-06-01|2026-10-21")) {
                throw SimulatedError.bad("", "anthropic-version: header is required");
            }
            api.handle(exchange);
        } catch (SimulatedError e) {
            if (e.status() == 429) {
                exchange.responseHeader("retry-after", "60");
            }
            exchange.json(
                    e.status(),
                    new JsonObject()
                            .put("type", "error")
                            .put(
                                    "error",
                                    new JsonObject()
                                            .put("type", type(e.status()))
                                            .put("message", e.message()))
                            .put("request_id", "req_simulated"));
        }
    }

    private static String type(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> "api_error";
        };
    }

    static JsonObject models() {
        JsonObject model = new JsonObject()
                .put("type", "model")
                .put("id", ProviderSimulator.MODELS.get("anthropic"))
                .put("display_name", "Claude")
                .put("created_at", "2026-06-01T00:00:00Z");
        return new JsonObject().put("data", new JsonArray().add(model)).put("has_more", false);
    }
}
