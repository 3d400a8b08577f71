package io.parley.http.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ProblemException;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Holds the usable keys of one JWKS document, at least one.
 *
 * @param maxAge how long the document may be cached, if its server says so
 */
record Jwks(List<VerificationKey> keys, Optional<Duration> maxAge) {

    Jwks {
        keys = List.copyOf(keys);
    }

    static Jwks parse(Vertx vertx, Buffer body, Optional<Duration> maxAge) {
        JsonNode members = tree(body).path("keys");
        List<VerificationKey> usable = StreamSupport.stream(members.spliterator(), false)
                .flatMap(member -> VerificationKey.of(vertx, member).stream())
                .distinct()
                .toList();
        if (usable.isEmpty()) {
            throw new JwksException("no usable key");
        }
        return new Jwks(usable, maxAge);
    }

    private static ObjectNode tree(Buffer body) {
        try {
            return StrictJsonReader.tree(body.getBytes());
        } catch (ProblemException e) {
            throw new JwksException("not strict JSON");
        }
    }
}
