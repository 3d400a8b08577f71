package io.parley.http.server;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises a path that a client of OpenAI's or Anthropic's API requests when its base URL is wrong, and says which base URL is right.
 *
 * @param mistake what is wrong with the base URL
 * @param endpoint the path that the client meant, below {@code /v1}
 */
public record BaseUrlHint(Mistake mistake, String endpoint) {

    private static final String OPENAI_ENDPOINTS =
            "chat/completions|completions|responses|models|embeddings|moderations|images|audio"
                    + "|files|batches|fine_tuning|assistants|threads|vector_stores|uploads|realtime";
    private static final String ANTHROPIC_ENDPOINTS = "messages|complete";

    private static final Pattern SLASHES = Pattern.compile("/{2,}");
    private static final Pattern PREFIX = Pattern.compile("(?:/v1)+(?=/|$)");

    /** A request to the root, or below {@code /v1}, that begins with the name of an endpoint. */
    private static final Pattern ENDPOINT =
            Pattern.compile("/((?:" + OPENAI_ENDPOINTS + "|" + ANTHROPIC_ENDPOINTS + ")(?:/[^/]+)*)/?");

    /** An endpoint that is appended to another one, which was given as the base URL. */
    private static final Pattern APPENDED =
            Pattern.compile("/v1/(?:chat/completions|completions|embeddings|messages)(?:/v1)?"
                    + "/(chat/completions|completions|responses|embeddings|messages|models)");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");

    /** What is wrong with a base URL. */
    public enum Mistake {
        /** It ends with a slash. */
        DOUBLE_SLASH,
        /** It ends with {@code /v1}, which the client appends again. */
        REPEATED_PREFIX,
        /** It has no {@code /v1}, and the client does not append it. */
        MISSING_PREFIX,
        /** It contains the path of an endpoint. */
        ENDPOINT_IN_BASE
    }

    /** The hint for {@code path}; empty if it does not look like a request of such a client, or if its prefix is right. */
    public static Optional<BaseUrlHint> of(String path) {
        Matcher appended = APPENDED.matcher(path);
        if (appended.matches()) {
            return Optional.of(new BaseUrlHint(Mistake.ENDPOINT_IN_BASE, appended.group(1)));
        }
        String single = SLASHES.matcher(path).replaceAll("/");
        Matcher prefix = PREFIX.matcher(single);
        String prefixes = prefix.lookingAt() ? prefix.group() : "";
        Matcher endpoint = ENDPOINT.matcher(single.substring(prefixes.length()));
        if (!endpoint.matches()) {
            return single.equals(path) || prefixes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new BaseUrlHint(Mistake.DOUBLE_SLASH, ""));
        }
        return mistake(prefixes, !single.equals(path)).map(mistake -> new BaseUrlHint(mistake, endpoint.group(1)));
    }

    private static Optional<Mistake> mistake(String prefixes, boolean doubleSlash) {
        return switch (prefixes) {
            case "" -> Optional.of(Mistake.MISSING_PREFIX);
            case "/v1" -> doubleSlash ? Optional.of(Mistake.DOUBLE_SLASH) : Optional.empty();
            default -> Optional.of(Mistake.REPEATED_PREFIX);
        };
    }

    /** Whether the endpoint is one of Anthropic's. */
    public boolean anthropic() {
        return endpoint.matches("(?:" + ANTHROPIC_ENDPOINTS + ")(?:/.*)?");
    }

    /** Explains the mistake and names the right base URLs of the server that {@code request} was sent to. */
    public String detail(HttpServerRequest request) {
        String origin = origin(request);
        String cause = switch (mistake) {
            case DOUBLE_SLASH -> "the path has two slashes in a row";
            case REPEATED_PREFIX -> "the path has /v1 twice";
            case MISSING_PREFIX -> "the path has no /v1";
            case ENDPOINT_IN_BASE -> "the base URL must not contain an endpoint";
        };
        return "unknown route: " + cause + "; set the base URL to " + origin + "/v1 for OpenAI clients, and to "
                + origin + " for Anthropic clients and others that append /v1 themselves";
    }

    /** The scheme and host that the client used; the host is left out if it is not an ordinary one. */
    private static String origin(HttpServerRequest request) {
        @Nullable HostAndPort authority = request.authority();
        String host = authority == null ? "" : authority.toString();
        boolean secure = "https".equals(request.scheme()) || "https".equals(request.getHeader("X-Forwarded-Proto"));
        return (secure ? "https://" : "http://") + (HOST.matcher(host).matches() ? host : "<host>");
    }
}
