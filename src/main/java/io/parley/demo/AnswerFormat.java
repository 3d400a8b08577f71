package io.parley.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.parley.demo.schema.InstanceGenerator;
import io.parley.demo.schema.UnsupportedSchema;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * The format that a request wants for its answer.
 *
 * @param json whether the answer is a JSON object
 * @param name the name of the schema
 * @param schema the schema that the answer must match
 */
record AnswerFormat(boolean json, String name, Optional<JsonNode> schema) {

    /** The schema with which Parley extracts flows. */
    private static final String FLOWS = "flows";

    private static final AnswerFormat TEXT = new AnswerFormat(false, "", Optional.empty());

    static AnswerFormat parse(JsonObject body) {
        JsonObject format = body.getJsonObject("response_format");
        String type = format == null ? "text" : format.getString("type", "");
        return switch (type) {
            case "text" -> TEXT;
            case "json_object" -> new AnswerFormat(true, "", Optional.empty());
            case "json_schema" -> ofSchema(format.getJsonObject("json_schema"));
            default ->
                throw new InvalidRequest(
                        "response_format.type", "the demo model writes only text, json_object or json_schema");
        };
    }

    private static AnswerFormat ofSchema(JsonObject definition) {
        if (definition == null) {
            throw new InvalidRequest("response_format.json_schema", "json_schema must be given");
        }
        JsonNode schema = JsonTrees.of(definition.getJsonObject("schema", new JsonObject()));
        return new AnswerFormat(true, definition.getString("name", ""), Optional.of(schema));
    }

    /** The answer in this format. */
    String write(List<DemoMessage> messages) {
        return schema.map(wanted -> instance(wanted, messages))
                .orElseGet(() -> json
                        ? JsonNodeFactory.instance
                                .objectNode()
                                .put("answer", ReplyGenerator.reply(messages))
                                .toString()
                        : ReplyGenerator.reply(messages));
    }

    private String instance(JsonNode wanted, List<DemoMessage> messages) {
        try {
            if (name.equals(FLOWS)) {
                String flows = ReplyGenerator.flows(messages);
                if (InstanceGenerator.matches(JsonTrees.of(new JsonObject(flows)), wanted)) {
                    return flows;
                }
            }
            return InstanceGenerator.generate(wanted).toString();
        } catch (UnsupportedSchema unsupported) {
            throw new InvalidRequest(
                    "response_format.json_schema.schema",
                    "the demo model has no answer for this schema: " + unsupported.detail());
        }
    }
}
