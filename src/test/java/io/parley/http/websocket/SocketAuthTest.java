package io.parley.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Caller;
import io.parley.http.routing.AuthHandler;
import io.parley.http.routing.CredentialReader;
import io.parley.http.server.ClientAddressResolver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@DisplayName("SocketAuth")
@ExtendWith(VertxExtension.class)
class SocketAuthTest {

    private static final Caller ANN = new Caller("ann", Set.of(), Optional.of(Instant.EPOCH));

    @Test
    @DisplayName("stops its timer when the socket closes, even during a verification")
    void closedMeanwhile(Vertx vertx) throws Exception {
        Bus bus = Bus.install(vertx);
        Promise<Caller> answer = Promise.promise();
        await(bus.handle(Addresses.AUTH_VERIFY, _ -> answer.future()));
        AuthHandler guard = new AuthHandler(
                bus, false, CredentialReader.API_CLIENTS, new ClientAddressResolver(List.of()), _ -> false);
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        List<SocketClose> closed = new CopyOnWriteArrayList<>();
        Promise<SocketClose> otherClosed = Promise.promise();
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(_ -> {
            SocketAuth auth = new SocketAuth(vertx, guard, clock, closed::add);
            Future<Void> verification = auth.authenticate("token");
            auth.stop();
            answer.complete(ANN);
            verification.onSuccess(
                    _ -> new SocketAuth(vertx, guard, clock, otherClosed::tryComplete).authenticate("token"));
        });
        assertThat(await(otherClosed.future())) // its timer was started later, on the same event loop
                .isEqualTo(SocketClose.UNAUTHORIZED);
        assertThat(closed).isEmpty();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(5, TimeUnit.SECONDS);
    }
}
