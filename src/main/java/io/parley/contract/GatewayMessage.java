package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import io.parley.contract.AuthMessage.ApiKeyGrant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Requests and replies of the gateway, which chooses the provider, queues, retries and falls back. */
public sealed interface GatewayMessage extends Message {

    /**
     * Opens an answer to a prompt.
     * @param callId chosen by the requester, so that it can cancel at any time
     * @param prompt translated for each provider, unless the provider speaks the format of {@code nativeRequest}
     * @param nativeRequest the client's request as it came, if a provider may speak its format
     */
    record Open(
            String callId,
            RequestContext requestContext,
            ModelSelection selection,
            Prompt prompt,
            CallOptions options,
            Optional<NativeRequest> nativeRequest)
            implements GatewayMessage {

        public Open {
            options = requireNonNullElse(options, CallOptions.DEFAULT); // JSON clients may omit it
            nativeRequest = requireNonNullElse(nativeRequest, Optional.empty());
        }

        public Open(
                String callId,
                RequestContext requestContext,
                ModelSelection selection,
                Prompt prompt,
                CallOptions options) {
            this(callId, requestContext, selection, prompt, options, Optional.empty());
        }

        /** The same request for another attempt. */
        public Open with(String attemptCallId, CallOptions attemptOptions) {
            return new Open(attemptCallId, requestContext, selection, prompt, attemptOptions, nativeRequest);
        }

        public Open(String callId, RequestContext requestContext, ModelSelection selection, Prompt prompt) {
            this(callId, requestContext, selection, prompt, CallOptions.DEFAULT);
        }
    }

    /**
     * The options of a gateway call.
     * @param promptVersion version of the template that produced the prompt; cached answers of other versions are not
     *     used
     * @param excludedProviders providers whose answer to this prompt failed mid-stream; they are not tried again
     * @param attemptsUsed provider calls made for this answer so far; one limit applies to all of them together
     * @param grant permissions of the API key of the request: a model it does not allow is not used, not even as a
     *     fallback, and its rate limits apply ({@link Problem.RateLimited})
     */
    record CallOptions(
            Priority priority,
            CachePolicy cachePolicy,
            Optional<String> promptVersion,
            Set<String> excludedProviders,
            int attemptsUsed,
            Optional<ApiKeyGrant> grant) {

        public static final CallOptions DEFAULT = of(Priority.NORMAL, CachePolicy.DEFAULT);

        public CallOptions {
            priority = requireNonNullElse(priority, Priority.NORMAL);
            cachePolicy = requireNonNullElse(cachePolicy, CachePolicy.DEFAULT);
            excludedProviders = Set.copyOf(requireNonNullElse(excludedProviders, Set.of()));
        }

        /** Without the restrictions of an API key. */
        public CallOptions(
                Priority priority,
                CachePolicy cachePolicy,
                Optional<String> promptVersion,
                Set<String> excludedProviders,
                int attemptsUsed) {
            this(priority, cachePolicy, promptVersion, excludedProviders, attemptsUsed, Optional.empty());
        }

        public static CallOptions of(Priority priority, CachePolicy cachePolicy) {
            return new CallOptions(priority, cachePolicy, Optional.empty(), Set.of(), 0);
        }

        /** The same options with the permissions of an API key, if there is one. */
        public CallOptions withGrant(Optional<ApiKeyGrant> apiKeyGrant) {
            return new CallOptions(priority, cachePolicy, promptVersion, excludedProviders, attemptsUsed, apiKeyGrant);
        }

        /** The same options for a call that must make an answer of its own. */
        public CallOptions withoutCache() {
            return new CallOptions(priority, CachePolicy.NEVER, promptVersion, excludedProviders, attemptsUsed, grant);
        }

        /** The options of the next attempt after {@code failed} failed mid-stream. */
        public CallOptions nextAttempt(AnswerHandle failed) {
            Set<String> excluded = new HashSet<>(excludedProviders);
            excluded.add(failed.provider());
            return new CallOptions(priority, cachePolicy, promptVersion, excluded, failed.attemptsUsed(), grant);
        }
    }

    /** The priority of a queued request; waiting raises it, so no request starves. */
    enum Priority {
        INTERACTIVE,
        NORMAL,
        BATCH
    }

    /** Whether a cached answer may be used. */
    enum CachePolicy {
        /** Do not use a cached answer, and do not cache this one. */
        NEVER,
        /** Use a cached answer if the temperature is set and low enough. */
        DEFAULT,
        /** Use a cached answer whatever the temperature. */
        PREFERRED
    }

    /**
     * An open answer; its events are read like those of any log.
     * @param attemptsUsed provider calls made so far, including {@link CallOptions#attemptsUsed}
     * @param cached whether no provider call was needed for this request
     * @param rateLimits remaining rate limits of the API key; empty if it has none
     * @param nativeFormat whether the events are {@link AnswerEvent.NativeData} of this format
     * @param inputTokens estimated tokens of the prompt
     * @param droppedHints names of the request's fields that this provider's format does not have and that were left out
     */
    record AnswerHandle(
            StreamMessage.StreamRef stream,
            String provider,
            String model,
            int attemptsUsed,
            boolean cached,
            Optional<RateLimits> rateLimits,
            Optional<ApiFormat> nativeFormat,
            long inputTokens,
            List<String> droppedHints)
            implements GatewayMessage {

        public AnswerHandle {
            nativeFormat = requireNonNullElse(nativeFormat, Optional.empty());
            droppedHints = List.copyOf(requireNonNullElse(droppedHints, List.of()));
        }

        /** A translated answer without rate limits. */
        public AnswerHandle(
                StreamMessage.StreamRef stream, String provider, String model, int attemptsUsed, boolean cached) {
            this(stream, provider, model, attemptsUsed, cached, Optional.empty(), Optional.empty(), 0, List.of());
        }

        public AnswerHandle(StreamMessage.StreamRef stream, String provider, String model) {
            this(stream, provider, model, 1, false);
        }

        /** The same answer with the remaining rate limits of the API key. */
        public AnswerHandle withRateLimits(RateLimits limits) {
            return new AnswerHandle(
                    stream,
                    provider,
                    model,
                    attemptsUsed,
                    cached,
                    Optional.of(limits),
                    nativeFormat,
                    inputTokens,
                    droppedHints);
        }

        /** The same answer with its estimated input, whose events are in the provider's format if one is given. */
        public AnswerHandle with(long estimatedInputTokens, Optional<ApiFormat> format) {
            return new AnswerHandle(
                    stream,
                    provider,
                    model,
                    attemptsUsed,
                    cached,
                    rateLimits,
                    format,
                    estimatedInputTokens,
                    droppedHints);
        }

        /** The same answer, for which these fields of the request were left out. */
        public AnswerHandle withDroppedHints(List<String> names) {
            return new AnswerHandle(
                    stream, provider, model, attemptsUsed, cached, rateLimits, nativeFormat, inputTokens, names);
        }
    }

    /**
     * The remaining rate limits of an API key, per minute; an empty field is unlimited. The tokens of open answers are
     * estimates.
     */
    record RateLimits(Optional<RateLimit> requests, Optional<RateLimit> tokens) {}

    /** Resolves a model selection. Fails with {@link Problem.Invalid} when the provider or model is unknown. */
    record Resolve(ModelSelection selection) implements GatewayMessage {}

    /** The provider and model that would be tried first now. */
    record Resolved(String provider, String model) implements GatewayMessage {}

    /** Reads the status of the providers and the list of models. */
    record GetStatus() implements GatewayMessage {}

    /** The status of all providers; {@code models} are all model names that a request may use, aliases first. */
    record Status(List<ProviderStatus> providers, List<Model> models) implements GatewayMessage {
        public Status {
            providers = List.copyOf(providers);
            models = List.copyOf(models);
        }
    }

    /**
     * The status of one provider.
     * @param p50Millis median time to the first token over recent calls, in milliseconds
     * @param p95Millis 95th percentile of the same
     * @param lastError fault of the last call; empty if it succeeded
     * @param requestsRemaining remaining requests last reported by the provider, while the report is valid
     * @param tokensRemaining remaining tokens last reported by the provider, while the report is valid
     * @param inFlight calls that have not ended
     * @param queued queued requests that this provider could serve
     */
    record ProviderStatus(
            String name,
            boolean healthy,
            CircuitState breaker,
            OptionalLong p50Millis,
            OptionalLong p95Millis,
            Optional<Problem.Fault> lastError,
            OptionalLong requestsRemaining,
            OptionalLong tokensRemaining,
            int inFlight,
            int queued) {}

    /** The state of a circuit breaker; half-open lets one trial call through. */
    enum CircuitState {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /** Reads the gateway's counters. */
    record GetStats() implements GatewayMessage {}

    /**
     * The counters of one gateway since its start.
     * @param queued requests that are queued now
     * @param admitted requests that were admitted
     * @param queuedMillis total time the admitted requests were queued, in milliseconds
     * @param rejected requests that were rejected because the queue was full or the expected wait too long
     * @param cacheHits answers served from the cache
     * @param cacheJoins answers shared with an identical request in progress
     * @param cacheMisses cacheable answers that were neither cached nor in progress
     * @param restarts answers that failed mid-stream and were restarted
     */
    record Stats(
            int queued,
            long admitted,
            long queuedMillis,
            long rejected,
            long cacheHits,
            long cacheJoins,
            long cacheMisses,
            long restarts,
            List<RetryStats> retryStats)
            implements GatewayMessage {
        public Stats {
            retryStats = List.copyOf(retryStats);
        }
    }

    /**
     * The calls that failed at {@code provider} and were retried there, and those that fell back to another provider.
     */
    record RetryStats(String provider, long retries, long fallbacks) {}

    /** A model name that a request may use, and its owner. */
    record Model(String id, String ownedBy) {}
}
