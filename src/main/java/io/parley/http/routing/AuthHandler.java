package io.parley.http.routing;

import io.parley.bus.Bus;
import io.parley.config.LoopbackHosts;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.ApiKeyCredential;
import io.parley.contract.AuthMessage.BearerCredential;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.AuthMessage.Verify;
import io.parley.contract.Problem;
import io.parley.http.server.ClientAddressResolver;
import io.parley.http.server.RequestState;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Authenticates the caller of a request, or responds with 401 and the accepted schemes. Does not verify credentials itself. */
public final class AuthHandler implements Handler<RoutingContext> {

    private static final Caller DEVELOPER = new Caller("dev", Set.of("admin"), Optional.empty());

    private final Bus bus;
    private final boolean devMode;
    private final CredentialReader credentialReader;
    private final ClientAddressResolver clientAddress;
    private final Predicate<HttpServerRequest> authenticatesLater;

    /** @param authenticatesLater matches requests that pass without a caller because their credential follows later */
    public AuthHandler(
            Bus bus,
            boolean devMode,
            CredentialReader credentialReader,
            ClientAddressResolver clientAddress,
            Predicate<HttpServerRequest> authenticatesLater) {
        this.bus = bus;
        this.devMode = devMode;
        this.credentialReader = credentialReader;
        this.clientAddress = clientAddress;
        this.authenticatesLater = authenticatesLater;
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (RequestState.of(ctx).caller().isPresent()) {
            ctx.next();
        } else if (devMode && !isLoopback(ctx.request())) {
            // DNS rebinding: a foreign page could otherwise act as the administrator through the browser of a developer
            ctx.fail(new Problem.Malformed("invalid_host", "Host must be localhost because authentication is off")
                    .toException());
        } else if (devMode && !CredentialReader.hasApiKey(ctx.request())) {
            proceed(ctx, DEVELOPER);
        } else if (authenticatesLater.test(ctx.request())) {
            ctx.next();
        } else {
            ctx.request().pause();
            verify(ctx.request()).onSuccess(caller -> proceed(ctx, caller)).onFailure(cause -> reject(ctx, cause));
        }
    }

    private static boolean isLoopback(HttpServerRequest request) {
        @Nullable HostAndPort host = request.authority();
        return host != null && LoopbackHosts.contains(host.host());
    }

    /** Returns the caller that {@code token} belongs to. */
    public Future<Caller> verify(String token) {
        return devMode
                ? Future.succeededFuture(DEVELOPER)
                : bus.request(Addresses.AUTH_VERIFY, new Verify(new BearerCredential(token)));
    }

    private Future<Caller> verify(HttpServerRequest request) {
        return credentialReader
                .credential(request)
                .map(credential -> new Verify(credential, Optional.of(clientAddress.of(request))))
                .map(message -> bus.request(
                        message.credential() instanceof ApiKeyCredential
                                ? Addresses.API_KEY_VERIFY
                                : Addresses.AUTH_VERIFY,
                        message))
                .orElseGet(() -> Future.failedFuture(new Problem.Unauthorized().toException()));
    }

    /** Fails the request with {@code cause}; adds the accepted schemes to a 401. */
    public void reject(RoutingContext ctx, Throwable cause) {
        if (Problem.of(cause) instanceof Problem.Unauthorized) {
            ctx.response().putHeader("WWW-Authenticate", credentialReader.challenges());
        }
        ctx.fail(cause);
    }

    private static void proceed(RoutingContext ctx, Caller caller) {
        RequestState.of(ctx).authenticated(caller);
        ctx.next();
    }
}
