package io.parley.config.reader;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.BuiltInProfiles;
import io.parley.config.ConfigErrors;
import io.parley.config.ProviderConfig.Format;
import io.parley.config.ProviderProfile;
import io.parley.config.ProviderProfile.ApiKeyHeader;
import io.parley.config.ProviderProfile.Generation;
import io.parley.config.ProviderProfile.Http;
import io.parley.config.ProviderProfile.MaxTokensField;
import io.parley.config.ProviderProfile.Messages;
import io.parley.config.ProviderProfile.SchemaSupport;
import io.parley.config.SamplingSupport;
import io.parley.config.Secret;
import io.parley.config.ToolIdFormat;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Reads the profile of a provider: a built-in one, in which each field may be replaced. */
final class ProfileSettings {

    /** The settings that are maps. Each is read as the JSON text of an object. */
    static final Set<String> MAPS = Set.of("roles", "extra-body", "extra-headers");

    /** The server decides these. */
    private static final Set<String> OWN_FIELDS = Set.of("model", "messages", "input", "prompt", "stream");

    private static final Set<String> OWN_HEADERS = Set.of(
            "accept-encoding",
            "connection",
            "content-length",
            "content-type",
            "expect",
            "host",
            "transfer-encoding",
            "upgrade");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final SettingsReader settings;
    private final ConfigErrors errors;
    private final String path;

    /** @param path the path of the provider */
    ProfileSettings(SettingsReader settings, ConfigErrors errors, String path) {
        this.settings = settings;
        this.errors = errors;
        this.path = path;
    }

    /** The profile; {@code provider} is the name of the provider. Proxies are not read here. */
    ProviderProfile read(Format format, Optional<URI> baseUrl, String provider) {
        ProviderProfile recognized = baseUrl.map(url -> BuiltInProfiles.recognize(format, url, provider))
                .orElseGet(() -> BuiltInProfiles.of(format));
        ProviderProfile base = parsed(
                        "profile",
                        "must be one of " + String.join(", ", BuiltInProfiles.names()),
                        BuiltInProfiles::named)
                .orElse(recognized);
        return new ProviderProfile(
                base.name(), generation(base.generation()), messages(base.messages()), http(base.http()));
    }

    private Generation generation(Generation base) {
        Optional<Integer> contextLength = parsed(
                "num-ctx",
                "must be a whole number greater than 0",
                text -> text.matches("0*[1-9]\\d{0,8}") ? Optional.of(Integer.parseInt(text)) : Optional.empty());
        Optional<String> keepAlive = parsed(
                "keep-alive",
                "must be a duration such as 5m or 1h, a number of seconds, or -1",
                text -> Optional.of(text).filter(value -> value.matches("-1|\\d{1,9}(ms|s|m|h)?")));
        return new Generation(
                settings.optionalChoice(path + ".max-tokens-field", MaxTokensField.class)
                        .orElse(base.maxTokensField()),
                settings.optionalFlag(path + ".stream-usage").orElse(base.streamUsage()),
                settings.optionalChoice(path + ".schema", SchemaSupport.class).orElse(base.schema()),
                parsed(
                                "sampling",
                                "must be all, none, or patterns of models that refuse sampling parameters, such as o1*",
                                SamplingSupport::parse)
                        .orElse(base.sampling()),
                map("extra-body").map(this::extraBody).orElse(base.extraBody()),
                contextLength.map(OptionalInt::of).orElse(base.contextLength()),
                keepAlive.or(base::keepAlive));
    }

    private Messages messages(Messages base) {
        return new Messages(
                map("roles").map(this::roles).orElse(base.roles()),
                settings.optionalFlag(path + ".merge-same-role").orElse(base.mergeSameRole()),
                parsed(
                                "tool-ids",
                                "must be a regular expression that accepts letters and digits, such as [a-zA-Z0-9]{9}",
                                ToolIdFormat::parse)
                        .orElse(base.toolIds()),
                settings.optionalFlag(path + ".empty-parameters").orElse(base.emptyParameters()));
    }

    private Http http(Http base) {
        return new Http(
                settings.optionalChoice(path + ".api-key-header", ApiKeyHeader.class)
                        .or(base::apiKeyHeader),
                parsed(
                                "query",
                                "must be a query such as api-version=2024-10-21",
                                text -> Optional.of(text).filter(query -> query.matches("[A-Za-z0-9._~%&=+,:/-]*")))
                        .orElse(base.query()),
                map("extra-headers").map(this::extraHeaders).orElse(base.extraHeaders()),
                base.proxy(),
                settings.optionalFlag(path + ".responses").orElse(base.responses()),
                settings.optionalFlag(path + ".completions").orElse(base.completions()));
    }

    private String extraBody(ObjectNode body) {
        body.fieldNames()
                .forEachRemaining(name -> errors.checkSetting(
                        !OWN_FIELDS.contains(name), path + ".extra-body", "must not contain " + name));
        return body.toString();
    }

    private Map<String, String> roles(ObjectNode roles) {
        Map<String, String> names = new LinkedHashMap<>();
        roles.properties().forEach(entry -> {
            String name = entry.getValue().asText();
            errors.checkSetting(
                    name.matches("[A-Za-z0-9_-]{1,64}"),
                    path + ".roles",
                    "must map roles to roles, such as system: user");
            names.put(entry.getKey(), name);
        });
        return names;
    }

    private Map<String, Secret> extraHeaders(ObjectNode headers) {
        Map<String, Secret> all = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : headers.properties()) {
            String name = entry.getKey().toLowerCase(Locale.ROOT);
            String value = entry.getValue().asText();
            boolean valid = name.matches("[a-z0-9!#$%&'*+.^_`|~-]+")
                    && entry.getValue().isValueNode()
                    && value.matches("[\\x20-\\x7e]*");
            errors.checkSetting(valid, path + ".extra-headers", "must map names of headers to printable ASCII text");
            errors.checkSetting(
                    !OWN_HEADERS.contains(name), path + ".extra-headers", "must not contain " + printable(name));
            all.put(name, new Secret(value));
        }
        return all;
    }

    private static String printable(String name) {
        return name.replaceAll("[^\\x21-\\x7e]", "?");
    }

    /** The map at {@code field}. The error does not repeat the value, which may contain a secret. */
    private Optional<ObjectNode> map(String field) {
        return settings.text(path + "." + field).flatMap(text -> {
            Optional<ObjectNode> map = object(text);
            errors.checkSetting(
                    map.isPresent(),
                    path + "." + field,
                    "must be a map, or the text of a JSON object in the environment");
            return map;
        });
    }

    private static Optional<ObjectNode> object(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private <T> Optional<T> parsed(String field, String rule, Function<String, Optional<T>> parser) {
        return settings.optional(path + "." + field, rule, parser);
    }
}
