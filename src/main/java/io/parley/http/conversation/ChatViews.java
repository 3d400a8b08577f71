package io.parley.http.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.FinishReason;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent.Ended;
import io.parley.contract.RunEvent.FlowsExtracted;
import io.parley.contract.RunEvent.TurnCompleted;
import io.parley.contract.WireName;
import io.parley.json.TokenUsageJson;

/** Writes the events of a chat as JSON: the same fields over SSE and WebSocket. */
public final class ChatViews {

    private ChatViews() {}

    public static ObjectNode turn(TurnCompleted turn) {
        ObjectNode view = object().put("turn", turn.turn())
                .put("chars", turn.chars())
                .put("finish_reason", turn.reason().wireName());
        view.set("usage", TokenUsageJson.write(turn.usage()));
        return view.put("ttft_ms", turn.firstTokenMillis())
                .put("provider", turn.provider())
                .put("model", turn.model());
    }

    public static ObjectNode metadata(String runId, FlowsExtracted extracted) {
        ObjectNode view = object().put("event", "flows_extracted").put("run_id", runId);
        ArrayNode ids = view.putArray("extracted_flows");
        ArrayNode flows = view.putArray("flows");
        for (Flow flow : extracted.flows()) {
            ids.add(flow.id());
            flows.addObject()
                    .put("id", flow.id())
                    .put("title", flow.draft().title())
                    .put("priority", WireName.of(flow.draft().priority()));
        }
        return view.put("extraction", extracted.ok() ? "ok" : "failed");
    }

    public static ObjectNode done(String runId, Ended end) {
        ObjectNode view = object().put("run_id", runId)
                .put("finish_reason", end.reason().orElse(FinishReason.STOP).wireName())
                .put("persisted", true);
        view.set("usage", TokenUsageJson.write(end.usage()));
        return view.put("provider", end.provider().orElse(null))
                .put("model", end.model().orElse(null));
    }

    public static ObjectNode cancelled(String runId, Ended end, boolean partial) {
        ObjectNode view = object().put("run_id", runId)
                .put("reason", end.cause().orElse("user"))
                .put("partial", partial);
        view.set("usage", TokenUsageJson.write(end.usage()));
        return view;
    }

    public static ObjectNode error(String runId, String requestId, Ended end, boolean partial) {
        ObjectNode view = error(runId, requestId, end.problem().orElse(new Problem.Internal()), partial);
        view.set("usage", TokenUsageJson.write(end.usage()));
        return view;
    }

    public static ObjectNode error(String runId, String requestId, Problem problem, boolean partial) {
        ObjectNode view = object().put("error", problem.detail())
                .put("code", problem.code())
                .put("retryable", problem.retryable())
                .put("request_id", requestId)
                .put("partial", partial)
                .put("run_id", runId);
        if (problem instanceof Problem.ProviderFailed failed) {
            view.put("reason", failed.fault().wireName());
        }
        return view;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
