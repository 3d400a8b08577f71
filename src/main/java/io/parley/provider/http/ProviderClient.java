package io.parley.provider.http;

import io.parley.config.ProviderConfig;
import io.parley.config.ProxyAddress;
import io.parley.provider.dialect.ProviderRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;

/** Manages the connections to one provider: pooled, kept alive, with verified host names; does not follow redirects. */
public final class ProviderClient {

    private static final int MAX_CONNECTIONS = 16_000;
    private static final int MAX_QUEUED = 1_000;
    private static final int IDLE_TIMEOUT_SECONDS = 30;

    /** Some providers and the proxies in front of them send long policies and many cookies. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final HttpClient client;
    private final String prefix;
    private final Set<HttpConnection> used = Collections.newSetFromMap(new WeakHashMap<>());
    private final String query;

    public ProviderClient(Vertx vertx, ProviderConfig config) {
        this.client = vertx.httpClientBuilder()
                .with(options(config))
                .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS).setMaxWaitQueueSize(MAX_QUEUED))
                .withConnectHandler(this::onConnected)
                .build();
        this.prefix = config.baseUrl().getRawPath() == null
                ? ""
                : config.baseUrl().getRawPath().replaceFirst("/+$", "");
        String configured = config.profile().http().query();
        this.query = configured.isEmpty() ? "" : "?" + configured;
    }

    private void onConnected(HttpConnection connection) {
        connection.exceptionHandler(_ -> {}); // reported through its request
        InformationalResponseFilter.install(connection);
    }

    /** Opens a connection or reuses one; the returned request is not sent yet. */
    public Future<HttpClientRequest> connect(ProviderRequest request) {
        return client.request(new RequestOptions()
                .setMethod(request.method())
                .setURI(prefix + request.path() + query)
                .setHeaders(request.headers())
                .setFollowRedirects(false));
    }

    /** Marks the connection of {@code request} as used; returns whether it was used by an earlier request. */
    boolean markUsed(HttpClientRequest request) {
        return !used.add(request.connection());
    }

    public Future<Void> close() {
        return client.close();
    }

    static HttpClientOptions options(ProviderConfig config) {
        int connect = Math.toIntExact(config.timeouts().connect().toMillis());
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setDefaultHost(config.host())
                .setDefaultPort(config.port())
                .setSsl(config.tls())
                .setVerifyHost(true)
                .setTrustAll(false)
                .setConnectTimeout(connect)
                .setSslHandshakeTimeout(connect)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setKeepAlive(true)
                .setKeepAliveTimeout(IDLE_TIMEOUT_SECONDS)
                .setPipelining(false)
                .setDecompressionSupported(false);
        config.profile().http().proxy().ifPresent(proxy -> options.setProxyOptions(proxy(proxy)));
        return options;
    }

    private static ProxyOptions proxy(ProxyAddress address) {
        ProxyOptions options = new ProxyOptions()
                .setType(ProxyType.HTTP)
                .setHost(address.host())
                .setPort(address.port());
        address.user().ifPresent(options::setUsername);
        address.password().ifPresent(password -> options.setPassword(password.reveal()));
        return options;
    }
}
