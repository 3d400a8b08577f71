package io.parley.provider;

import io.parley.config.VendorConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** The connections to one vendor: many at once, kept alive, verified, never redirected. */
final class VendorClient {

    private static final int MOST_CONNECTIONS = 16_000;
    private static final int MOST_WAITING = 1_000;
    private static final int IDLE_SECONDS = 30;

    private final HttpClient client;
    private final String prefix;

    VendorClient(Vertx vertx, VendorConfig vendor) {
        this.client = vertx.httpClientBuilder()
                .with(options(vendor))
                .with(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING))
                .withConnectHandler(connection -> connection.exceptionHandler(_ -> {})) // its request hears of it
                .build();
        this.prefix = vendor.baseUrl().getRawPath() == null
                ? ""
                : vendor.baseUrl().getRawPath().replaceFirst("/+$", "");
    }

    /** A connection to the vendor, and a request on it that is not sent yet. */
    Future<HttpClientRequest> connect(VendorRequest request) {
        return client.request(new RequestOptions()
                .setMethod(request.method())
                .setURI(prefix + request.path())
                .setHeaders(request.headers())
                .setFollowRedirects(false));
    }

    Future<Void> close() {
        return client.close();
    }

    static HttpClientOptions options(VendorConfig vendor) {
        URI url = vendor.baseUrl();
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        int connect = Math.toIntExact(vendor.timeouts().connect().toMillis());
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setDefaultHost(url.getHost())
                .setDefaultPort(url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80)
                .setSsl(tls)
                .setVerifyHost(true)
                .setTrustAll(false)
                .setConnectTimeout(connect)
                .setSslHandshakeTimeout(connect)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAlive(true)
                .setKeepAliveTimeout(IDLE_SECONDS)
                .setPipelining(false)
                .setDecompressionSupported(false);
    }
}
