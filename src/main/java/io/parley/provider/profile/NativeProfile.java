package io.parley.provider.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.config.BuiltInProfiles;
import io.parley.config.ProviderProfile;
import io.parley.config.ProviderProfile.Generation;
import io.parley.config.ProviderProfile.MaxTokensField;
import io.parley.config.ProviderProfile.SchemaSupport;
import io.parley.json.JsonSpans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes a body that is passed on only where the provider is known not to accept it: where its profile differs from that of the format
 * itself, and where it has refused a field. Every other body stays byte for byte.
 */
public final class NativeProfile {

    /** The profiles of the formats themselves: what they say is a default for new bodies, and no rule for those of clients. */
    private static final Set<String> GENERAL =
            Set.of(BuiltInProfiles.OPENAI, BuiltInProfiles.OPENAI_COMPATIBLE, BuiltInProfiles.ANTHROPIC);

    private static final String JSON_ONLY =
            "Answer with one JSON object and nothing else: no Markdown, no explanation.";

    private final ProviderProfile profile;
    private final Set<RefusableOption> refused;

    public NativeProfile(ProviderProfile profile, Set<RefusableOption> refused) {
        this.profile = profile;
        this.refused = refused;
    }

    /** The limit of the answer that is sent for {@code body}; empty if the client set none. */
    public Optional<MaxTokensField> maxTokensField(byte[] body) {
        return clientField(JsonSpans.of(body)).map(this::field);
    }

    /** The body that the provider accepts; {@code body} itself if it does. */
    public byte[] applied(byte[] body) {
        byte[] mapped = NativeToolIds.mapped(body, profile.messages().toolIds());
        Optional<MaxTokensField> sent = clientField(JsonSpans.of(mapped));
        boolean renamed = sent.map(field -> field(field) != field).orElse(false);
        return renamed || changesFields() ? changed(mapped, sent) : mapped;
    }

    private boolean changesFields() {
        Generation generation = profile.generation();
        return !generation.sampling().supported()
                || generation.schema() != SchemaSupport.JSON_SCHEMA
                || !generation.extraBody().equals("{}")
                || !profile.messages().roles().isEmpty()
                || completesParameters();
    }

    private byte[] changed(byte[] bytes, Optional<MaxTokensField> sent) {
        try {
            ObjectNode body = (ObjectNode) ContractJson.MAPPER.readTree(bytes);
            ObjectNode original = body.deepCopy();
            sent.ifPresent(field -> rename(body, field));
            if (!profile.generation().sampling().supported()) {
                body.remove(List.of("temperature", "top_p", "top_k"));
            }
            replaceSchema(body);
            BodyProfile.renameRoles(body, profile.messages().roles());
            if (completesParameters()) {
                BodyProfile.completeParameters(body);
            }
            BodyProfile.addExtraBody(body, profile.generation().extraBody());
            return body.equals(original) ? bytes : ContractJson.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void rename(ObjectNode body, MaxTokensField sent) {
        MaxTokensField field = field(sent);
        if (field != sent) {
            body.set(MaxTokensName.text(field), body.remove(MaxTokensName.text(sent)));
        }
    }

    /** A schema that the provider cannot enforce is requested as any object, and by words. */
    private void replaceSchema(ObjectNode body) {
        SchemaSupport support = profile.generation().schema();
        String type = body.path("response_format").path("type").asText();
        boolean schema = type.equals("json_schema") && support != SchemaSupport.JSON_SCHEMA;
        boolean object = type.equals("json_object") && support == SchemaSupport.PROMPT;
        if (!(schema || object) || !(body.get("messages") instanceof ArrayNode messages)) {
            return;
        }
        String words = schema
                ? JSON_ONLY + " It must match this JSON schema: "
                        + body.path("response_format").path("json_schema").path("schema")
                : JSON_ONLY;
        if (support == SchemaSupport.JSON_OBJECT) {
            body.putObject("response_format").put("type", "json_object");
        } else {
            body.remove("response_format");
        }
        boolean hasSystem = messages.path(0).path("role").asText().equals("system")
                && messages.path(0).path("content").isTextual();
        if (hasSystem && messages.get(0) instanceof ObjectNode first) {
            first.put("content", first.path("content").asText() + "\n\n" + words);
        } else {
            messages.insertObject(0).put("role", "system").put("content", words);
        }
    }

    private static Optional<MaxTokensField> clientField(JsonSpans body) {
        return List.of(MaxTokensField.MAX_COMPLETION_TOKENS, MaxTokensField.MAX_TOKENS).stream()
                .filter(field -> body.get(MaxTokensName.text(field)).isPresent())
                .findFirst();
    }

    private MaxTokensField field(MaxTokensField client) {
        return MaxTokensName.chosen(isRule() ? profile.generation().maxTokensField() : client, refused);
    }

    /** Whether the profile's name of the limit was configured, or is that of a certain provider. */
    private boolean isRule() {
        return !GENERAL.contains(profile.name())
                || BuiltInProfiles.named(profile.name())
                        .filter(original -> original.generation().maxTokensField()
                                == profile.generation().maxTokensField())
                        .isEmpty();
    }

    private boolean completesParameters() {
        return profile.messages().emptyParameters() && !GENERAL.contains(profile.name());
    }
}
