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

/** Lets nobody pass who is not known, and tells strangers what to bring. Knows nothing of how credentials are checked. */
public final class AuthHandler implements Handler<RoutingContext> {

    private static final Caller DEVELOPER = new Caller("dev", Set.of("admin"), Optional.empty());

    private final Bus bus;
    private final boolean devMode;
    private final CredentialReader credentialReader;
    private final ClientAddressResolver clientAddress;
    private final Predicate<HttpServerRequest> authenticatesLater;

    /** @param authenticatesLater requests that pass without a caller, because they show a credential in another way */
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
            // a page elsewhere whose name was made to point here would otherwise be everybody's administrator
            ctx.fail(new Problem.Malformed("invalid_host", "without a login, only localhost is served").toException());
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

    /** Who {@code token} speaks for. */
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
                        message.credential() instanceof ApiKeyCredential ? Addresses.KEY_VERIFY : Addresses.AUTH_VERIFY,
                        message))
                .orElseGet(() -> Future.failedFuture(new Problem.Unauthorized().toException()));
    }

    /** Fail with {@code cause}; a stranger is told what to bring. */
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
