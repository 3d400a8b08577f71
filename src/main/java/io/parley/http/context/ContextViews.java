package io.parley.http.context;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.WireName;

/** Writes contexts and flows as JSON. */
final class ContextViews {

    private ContextViews() {}

    static ObjectNode context(Context context) {
        return object().put("id", context.id())
                .put("name", context.name())
                .put("system_prompt", context.systemPrompt().orElse(null))
                .put("created_at", context.createdAt().toString())
                .put("updated_at", context.updatedAt().toString());
    }

    static ObjectNode flow(Flow flow) {
        Draft draft = flow.draft();
        return object().put("id", flow.id())
                .put("context_id", flow.contextId())
                .put("title", draft.title())
                .put("description", draft.description().orElse(null))
                .put("priority", WireName.of(draft.priority()))
                .put("due_date", draft.dueDate().orElse(null))
                .put("reminder_enabled", draft.reminderEnabled())
                .put("status", WireName.of(draft.status()))
                .put("source_run", draft.sourceRun().orElse(null))
                .put("created_at", flow.createdAt().toString())
                .put("updated_at", flow.updatedAt().toString());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
