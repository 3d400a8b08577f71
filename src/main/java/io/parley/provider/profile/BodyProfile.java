package io.parley.provider.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.config.ProviderProfile;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes the body of a request by what a profile says about roles, tools and further fields. */
public final class BodyProfile {

    private BodyProfile() {}

    /** Applies all of it to the body of a translated request. */
    public static void apply(ObjectNode body, ProviderProfile profile) {
        renameRoles(body, profile.messages().roles());
        if (profile.messages().emptyParameters()) {
            completeParameters(body);
        }
        addExtraBody(body, profile.generation().extraBody());
    }

    static void renameRoles(ObjectNode body, Map<String, String> roles) {
        for (JsonNode message : body.path("messages")) {
            if (message instanceof ObjectNode node) {
                Optional.ofNullable(roles.get(node.path("role").asText())).ifPresent(role -> node.put("role", role));
            }
        }
    }

    /** A schema without a type means anything; several providers accept only objects. */
    static void completeParameters(ObjectNode body) {
        for (JsonNode tool : body.path("tools")) {
            JsonNode owner = tool.path("function").isObject() ? tool.path("function") : tool;
            for (String name : List.of("parameters", "input_schema")) {
                if (owner.path(name) instanceof ObjectNode schema && schema.isEmpty()) {
                    schema.put("type", "object").putObject("properties");
                }
            }
        }
    }

    static void addExtraBody(ObjectNode body, String extraBody) {
        if (json(extraBody) instanceof ObjectNode extra) {
            addMissing(body, extra);
        }
    }

    private static void addMissing(ObjectNode body, ObjectNode extra) {
        extra.properties().forEach(field -> {
            if (!body.has(field.getKey())) {
                body.set(field.getKey(), field.getValue());
            } else if (body.get(field.getKey()) instanceof ObjectNode own
                    && field.getValue() instanceof ObjectNode more) {
                addMissing(own, more);
            }
        });
    }

    private static JsonNode json(String text) {
        try {
            return ContractJson.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
