package io.parley.flow;

import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.Prompt.ResponseSchema;
import io.parley.json.TextRule;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaException;
import io.vertx.json.schema.Validator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Defines the JSON of extracted flows: the schema sent to the model, and a stricter one that validates the answer. */
final class FlowSchema {

    private static final int MAX_FLOWS = 20;
    private static final int MAX_TITLE_LENGTH = 200;
    private static final int MAX_DESCRIPTION_LENGTH = 2_000;

    private final Validator validator = Validator.create(
            JsonSchema.of(schema(true)),
            new JsonSchemaOptions()
                    .setBaseUri("https://parley.invalid")
                    .setDraft(io.vertx.json.schema.Draft.DRAFT202012));

    /** The strictest schema that all providers support: no limits, every field required, nullable instead of optional. */
    static ResponseSchema responseSchema() {
        return new ResponseSchema("flows", schema(false).encode());
    }

    /** The drafts in {@code answer}; empty if it does not match the schema. */
    Optional<List<Draft>> drafts(String answer, Optional<String> sourceRun) {
        try {
            JsonObject json = FlowAnswer.parse(answer);
            OutputUnit result = validator.validate(json);
            return Boolean.TRUE.equals(result.getValid()) && printable(json)
                    ? Optional.of(json.getJsonArray("flows").stream()
                            .map(JsonObject.class::cast)
                            .map(flow -> draft(flow, sourceRun))
                            .toList())
                    : Optional.empty();
        } catch (DecodeException | SchemaException | ClassCastException e) {
            return Optional.empty();
        }
    }

    /** Whether its texts contain only characters that are also accepted from clients. */
    private static boolean printable(JsonObject answer) {
        return answer.getJsonArray("flows").stream()
                .map(JsonObject.class::cast)
                .flatMap(flow -> Stream.of(flow.getString("title"), flow.getString("description", "")))
                .filter(Objects::nonNull)
                .allMatch(text -> text.chars().noneMatch(c -> c == 0 || c >= 0xFFFE));
    }

    private static Draft draft(JsonObject flow, Optional<String> sourceRun) {
        // models sometimes return "tomorrow"; the flow is kept without a date
        Optional<String> due = Optional.ofNullable(flow.getString("due_date")).filter(TextRule.DATE.isMet());
        return new Draft(
                flow.getString("title").strip(),
                Optional.ofNullable(flow.getString("description")).filter(text -> !text.isBlank()),
                Priority.valueOf(flow.getString("priority").toUpperCase(Locale.ROOT)),
                due,
                false,
                Status.OPEN,
                sourceRun);
    }

    private static JsonObject schema(boolean strict) {
        JsonObject title = new JsonObject().put("type", "string");
        JsonObject description =
                new JsonObject().put("type", new JsonArray().add("string").add("null"));
        JsonObject flows = new JsonObject().put("type", "array");
        if (strict) {
            title.put("minLength", 1).put("maxLength", MAX_TITLE_LENGTH).put("pattern", "\\S");
            description.put("maxLength", MAX_DESCRIPTION_LENGTH);
            flows.put("maxItems", MAX_FLOWS);
        }
        JsonObject priority = new JsonObject()
                .put("type", "string")
                .put("enum", new JsonArray().add("low").add("medium").add("high"));
        JsonObject due = new JsonObject()
                .put("type", new JsonArray().add("string").add("null"))
                .put("description", "ISO 8601 date, or null");
        JsonObject flow = object(new JsonObject()
                .put("title", title)
                .put("description", description)
                .put("priority", priority)
                .put("due_date", due));
        return object(new JsonObject().put("flows", flows.put("items", flow)));
    }

    private static JsonObject object(JsonObject properties) {
        return new JsonObject()
                .put("type", "object")
                .put("properties", properties)
                .put("required", new JsonArray(List.copyOf(properties.fieldNames())))
                .put("additionalProperties", false);
    }
}
