package io.parley.http.generation;

import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.RateLimit;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** Reads and writes the headers about cache, provider and rate limits of an answer. */
public final class GenerationHeaders {

    static final String CACHE = "x-parley-cache";
    static final String PROVIDER = "x-parley-provider";
    static final String MODEL = "x-parley-model";
    static final String ATTEMPTS = "x-parley-attempts";
    static final String DROPPED = "x-parley-dropped";

    private GenerationHeaders() {}

    /**
     * Adds the provider, the model, the cache result and the API key's rate limits to the response. {@code x-parley-attempts} is the
     * number of provider calls up to the first token.
     */
    static void put(HttpServerResponse response, AnswerHandle handle) {
        response.putHeader(CACHE, handle.cached() ? "hit" : "miss")
                .putHeader(PROVIDER, handle.provider())
                .putHeader(MODEL, ascii(handle.model()))
                .putHeader(ATTEMPTS, Integer.toString(handle.attemptsUsed()));
        handle.rateLimits().ifPresent(limits -> {
            limits.requests().ifPresent(rate -> put(response, "requests", rate));
            limits.tokens().ifPresent(rate -> put(response, "tokens", rate));
        });
    }

    /** As {@link #put(HttpServerResponse, AnswerHandle)}; a translated answer also names the fields that were left out for it. */
    static void put(HttpServerResponse response, AnswerHandle handle, GenerationRequest request) {
        put(response, handle);
        Set<String> dropped = new LinkedHashSet<>(request.droppedHints());
        dropped.addAll(handle.droppedHints());
        if (handle.nativeFormat().isEmpty() && !dropped.isEmpty()) {
            response.putHeader(DROPPED, String.join(", ", dropped));
        }
    }

    /** Percent-encodes what is not printable ASCII, as headers cannot carry it. */
    private static String ascii(String model) {
        StringBuilder text = new StringBuilder(model.length());
        model.codePoints().forEach(c -> {
            String character = Character.toString(c);
            text.append(c >= ' ' && c <= '~' ? character : URLEncoder.encode(character, StandardCharsets.UTF_8));
        });
        return text.toString();
    }

    /** Uses OpenAI's header names, which its SDKs read. */
    private static void put(HttpServerResponse response, String kind, RateLimit rate) {
        BigDecimal seconds = BigDecimal.valueOf(rate.resetAfter().toMillis(), 3).stripTrailingZeros();
        rate.limit().ifPresent(limit -> response.putHeader("x-ratelimit-limit-" + kind, Long.toString(limit)));
        response.putHeader("x-ratelimit-remaining-" + kind, Long.toString(rate.remaining()))
                .putHeader("x-ratelimit-reset-" + kind, seconds.toPlainString() + "s");
    }

    /** Returns the cache policy that the request headers select; {@code no-store} takes precedence over {@code x-parley-cache: wanted}. */
    public static CachePolicy caching(HttpServerRequest request) {
        for (String directives : request.headers().getAll(HttpHeaders.CACHE_CONTROL)) {
            for (String directive : directives.toLowerCase(Locale.ROOT).split(",", -1)) {
                if (directive.strip().equals("no-store")) {
                    return CachePolicy.NEVER;
                }
            }
        }
        return "wanted".equalsIgnoreCase(request.getHeader(CACHE)) ? CachePolicy.PREFERRED : CachePolicy.DEFAULT;
    }
}
