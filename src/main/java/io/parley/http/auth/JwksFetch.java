package io.parley.http.auth;

import io.parley.config.LoopbackHosts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fetches the JWKS document once, from a server that is trusted to hold the keys and with nothing else. */
final class JwksFetch {

    private static final int MAX_BYTES = 64 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration WHOLE = Duration.ofSeconds(4);
    private static final Set<String> JSON = Set.of("application/json", "application/jwk-set+json");
    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age=(\\d{1,9})(?:$|[,\\s])");

    private final Vertx vertx;
    private final HttpClient client;
    private final RequestOptions request;

    JwksFetch(Vertx vertx, URI url) {
        checkSafe(url);
        this.vertx = vertx;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) CONNECT.toMillis())
                .setKeepAlive(false));
        this.request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(url.toString())
                .setFollowRedirects(false)
                .putHeader(HttpHeaders.ACCEPT, "application/json");
    }

    /** Keys that travel in clear text are anybody's keys. */
    private static void checkSafe(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        String host = String.valueOf(url.getHost());
        boolean safe = scheme.equals("https") || (scheme.equals("http") && LoopbackHosts.contains(host));
        if (!safe) {
            throw new IllegalArgumentException("the JWKS must be fetched by https (http only from a loopback host)");
        }
    }

    Future<Jwks> fetch() {
        return client.request(request)
                .compose(get -> answer(get)
                        .timeout(WHOLE.toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(_ -> get.reset()));
    }

    private Future<Jwks> answer(HttpClientRequest get) {
        return get.send().compose(response -> {
            checkUsable(response);
            return body(response).map(bytes -> Jwks.parse(vertx, bytes, maxAge(response)));
        });
    }

    private static void checkUsable(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            throw new JwksRefused("status " + response.statusCode());
        }
        String type = Optional.ofNullable(response.getHeader(HttpHeaders.CONTENT_TYPE))
                .orElse("");
        if (!JSON.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))) {
            throw new JwksRefused("not JSON");
        }
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> whole = Promise.promise();
        Buffer bytes = Buffer.buffer();
        response.handler(chunk -> {
            if (bytes.length() + chunk.length() > MAX_BYTES) {
                whole.tryFail(new JwksRefused("larger than 64 KiB"));
            } else {
                bytes.appendBuffer(chunk);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(_ -> whole.tryComplete(bytes));
        return whole.future();
    }

    private static Optional<Duration> maxAge(HttpClientResponse response) {
        List<String> controls = response.headers().getAll(HttpHeaders.CACHE_CONTROL);
        Matcher matcher = MAX_AGE.matcher(String.join(",", controls).toLowerCase(Locale.ROOT));
        return matcher.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(matcher.group(1)))) : Optional.empty();
    }
}
