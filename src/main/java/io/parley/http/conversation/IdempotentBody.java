package io.parley.http.conversation;

import io.parley.contract.RunMessage.Idempotency;
import io.parley.http.routing.RequestHeaders;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import java.util.Optional;
import java.util.function.Function;

/** The fields of a body, and its digest if the client sent an idempotency key. */
record IdempotentBody(JsonFields fields, Optional<Idempotency> idempotency) {

    /** Parses a body that was sent with {@code key}. */
    static Function<byte[], IdempotentBody> parser(Optional<String> key) {
        return body -> new IdempotentBody(
                StrictJsonReader.request(body), key.map(name -> new Idempotency(name, RequestHeaders.digest(body))));
    }
}
