package io.parley.config;

import io.parley.contract.WireName;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Describes what a provider accepts in a request, beyond its format. Data only: the dialects read it.
 *
 * @param name the name of the profile that it started from
 * @param generation the fields of the body that control the generation
 * @param messages how messages and tools are written
 * @param http how the request is sent
 */
public record ProviderProfile(String name, Generation generation, Messages messages, Http http) {

    /**
     * The fields of the body that control the generation.
     *
     * @param streamUsage whether the usage of a stream is requested with {@code stream_options}
     * @param sampling which models accept sampling parameters
     * @param extraBody fields that are added to every body, as JSON text; the server's own fields take precedence
     * @param contextLength the context length to request from Ollama ({@code num_ctx})
     * @param keepAlive how long Ollama keeps the model in memory ({@code keep_alive})
     */
    public record Generation(
            MaxTokensField maxTokensField,
            boolean streamUsage,
            SchemaSupport schema,
            SamplingSupport sampling,
            String extraBody,
            OptionalInt contextLength,
            Optional<String> keepAlive) {}

    /**
     * How messages and tools are written.
     *
     * @param roles the provider's name for a role, by the role's usual name
     * @param mergeSameRole whether neighbours of one role are joined, and all system messages become one, the first
     * @param toolIds the ids of tool calls that the provider accepts
     * @param emptyParameters whether the parameters {@code {}} of a tool become the schema of an object without properties
     */
    public record Messages(
            Map<String, String> roles, boolean mergeSameRole, ToolIdFormat toolIds, boolean emptyParameters) {
        public Messages {
            roles = Map.copyOf(roles);
        }
    }

    /**
     * How the request is sent.
     *
     * @param apiKeyHeader the header of the API key; if it is empty, the format decides
     * @param query the query of every URL, without its question mark; may be empty
     * @param extraHeaders headers that are added to every request
     * @param responses whether the provider has {@code /v1/responses}
     * @param completions whether the provider has {@code /v1/completions}
     */
    public record Http(
            Optional<ApiKeyHeader> apiKeyHeader,
            String query,
            Map<String, Secret> extraHeaders,
            Optional<ProxyAddress> proxy,
            boolean responses,
            boolean completions) {
        public Http {
            extraHeaders = Map.copyOf(extraHeaders);
        }
    }

    /** The field that limits the tokens of an answer in OpenAI's format. */
    public enum MaxTokensField {
        MAX_COMPLETION_TOKENS,
        MAX_TOKENS
    }

    /** How a provider makes a model answer in JSON, from the most to the least exact way. */
    public enum SchemaSupport {
        JSON_SCHEMA,
        /** Any JSON object; the schema itself goes into the prompt. */
        JSON_OBJECT,
        /** Only by words in the prompt. */
        PROMPT
    }

    /** The header that carries the API key. */
    public enum ApiKeyHeader implements WireName.Named {
        /** {@code authorization: Bearer …}. */
        AUTHORIZATION("authorization"),
        API_KEY("api-key");

        private final String wireName;

        ApiKeyHeader(String wireName) {
            this.wireName = wireName;
        }

        @Override
        public String wireName() {
            return wireName;
        }
    }

    /** The same profile, sent through {@code proxy}. */
    public ProviderProfile withProxy(Optional<ProxyAddress> proxy) {
        return new ProviderProfile(
                name,
                generation,
                messages,
                new Http(http.apiKeyHeader, http.query, http.extraHeaders, proxy, http.responses, http.completions));
    }
}
