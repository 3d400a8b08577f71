package io.parley.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Caller;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Who is at the other end of a socket")
class SocketAuthTest {

    private static final Caller ANN = new Caller("ann", Set.of(), Optional.of(Instant.EPOCH));

    @Test
    @DisplayName("is watched no longer once the socket has closed, also when a token was being looked at just then")
    void closedMeanwhile() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Bus bus = Bus.install(vertx);
            Promise<Caller> answer = Promise.promise();
            now(bus.answer(Addresses.AUTH_VERIFY, _ -> answer.future()));
            Guard guard = new Guard(bus, false, Schemes.PROGRAMS, new ClientAddress(List.of()), _ -> false);
            List<SocketClose> closed = new CopyOnWriteArrayList<>();
            SocketAuth auth = new SocketAuth(vertx, guard, InstantSource.fixed(Instant.EPOCH), closed::add);
            Future<Void> shown = auth.show("token");
            auth.stop();
            answer.complete(ANN);
            now(shown);
            now(vertx.timer(50, TimeUnit.MILLISECONDS));
            assertThat(closed).isEmpty();
        } finally {
            now(vertx.close());
        }
    }

    private static <T> T now(Future<T> future) throws Exception {
        return future.await(5, TimeUnit.SECONDS);
    }
}
