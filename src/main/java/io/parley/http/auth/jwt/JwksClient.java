package io.parley.http.auth.jwt;

import io.parley.config.LoopbackHosts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches the JWKS document. Trusts the server for the keys only: limits size and time, and does not follow redirects.
 */
final class JwksClient {

    private static final int MAX_BYTES = 64 * 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(4);
    private static final Set<String> JSON_TYPES = Set.of("application/json", "application/jwk-set+json");
    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age=(\\d{1,9})(?:$|[,\\s])");

    private final Vertx vertx;
    private final RequestOptions request;

    JwksClient(Vertx vertx, URI url) {
        checkSafe(url);
        this.vertx = vertx;
        this.request = new RequestOptions().setAbsoluteURI(url.toString());
    }

    /** Over plain HTTP, an attacker on the network could replace the keys. */
    private static void checkSafe(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        String host = String.valueOf(url.getHost());
        boolean safe = scheme.equals("https") || (scheme.equals("http") && LoopbackHosts.contains(host));
        if (!safe) {
            throw new IllegalArgumentException("the JWKS must be fetched by https (http only from a loopback host)");
        }
    }

    /**
     * Fetches the document with a dedicated client: closing the client closes the connection, even if the server is
     * still sending.
     */
    Future<Jwks> fetch() {
        WebClient client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setUserAgentEnabled(false)
                        .setFollowRedirects(false)
                        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setKeepAlive(false));
        return client.request(HttpMethod.GET, request)
                .followRedirects(false)
                .putHeader(HttpHeaders.ACCEPT.toString(), "application/json")
                .as(() -> new BoundedBody(MAX_BYTES))
                .send()
                .timeout(TOTAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .map(this::jwks)
                .onComplete(_ -> client.close());
    }

    private Jwks jwks(HttpResponse<Buffer> response) {
        if (response.statusCode() != 200) {
            throw new JwksException("response status " + response.statusCode());
        }
        String type = Optional.ofNullable(response.getHeader(HttpHeaders.CONTENT_TYPE.toString()))
                .orElse("");
        if (!JSON_TYPES.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))) {
            throw new JwksException("content type is not JSON");
        }
        return Jwks.parse(vertx, Optional.ofNullable(response.body()).orElseGet(Buffer::buffer), maxAge(response));
    }

    private static Optional<Duration> maxAge(HttpResponse<Buffer> response) {
        List<String> controls = response.headers().getAll(HttpHeaders.CACHE_CONTROL);
        Matcher matcher = MAX_AGE.matcher(String.join(",", controls).toLowerCase(Locale.ROOT));
        return matcher.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(matcher.group(1)))) : Optional.empty();
    }
}
