package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** What OpenAI's APIs have in common: the key, and how they report errors. */
final class OpenAiConventions {

    private OpenAiConventions() {}

    /** Runs {@code api}, and reports what it throws in OpenAI's format. */
    static void reporting(ApiExchange exchange, SimulatedApi api) throws IOException {
        exchange.responseHeader("x-request-id", "req_simulated");
        try {
            if (!Credentials.bearer(exchange)) {
                throw new SimulatedError(401, "invalid_api_key", "", "Incorrect API key provided.");
            }
            api.handle(exchange);
        } catch (SimulatedError e) {
            if (e.status() == 429) {
                exchange.responseHeader("retry-after", "60");
            }
            exchange.json(e.status(), new JsonObject().put("error", body(e)));
        }
    }

    private static JsonObject body(SimulatedError e) {
        String type = switch (e.status()) {
            case 429 -> "requests";
            case 400, 401, 404 -> "invalid_request_error";
            default -> "server_error";
        };
        return new JsonObject()
                .put("message", e.message())
                .put("type", type)
                .put("param", e.param().orElse(null))
                .put("code", e.code().orElse(null));
    }

    /** Reasoning models take no sampling parameters. */
    static void sampling(JsonObject body) {
        boolean reasons = body.getString("model", "").matches("(gpt-5|o\\d).*");
        for (String name : new String[] {"temperature", "top_p"}) {
            if (body.getValue(name) instanceof Number value && reasons && value.doubleValue() != 1) {
                throw new SimulatedError(
                        400,
                        "unsupported_value",
                        name,
                        "Unsupported value: '%s' does not support %s with this model. Only the default (1) value is supported."
                                .formatted(name, value));
            }
        }
    }

    /** Refuses a limit of the output that is below the least one. */
    static void limit(JsonObject body, String name, int least) {
        if (body.getValue(name) instanceof Number value && value.longValue() < least) {
            throw new SimulatedError(
                    400,
                    "integer_below_min_value",
                    name,
                    "Invalid '%s': integer below minimum value. Expected a value >= %d.".formatted(name, least));
        }
    }

    static JsonObject models(String... names) {
        JsonArray data = new JsonArray();
        for (String name : names) {
            data.add(new JsonObject()
                    .put("id", name)
                    .put("object", "model")
                    .put("created", 1_760_000_000)
                    .put("owned_by", "simulator"));
        }
        return new JsonObject().put("object", "list").put("data", data);
    }
}
