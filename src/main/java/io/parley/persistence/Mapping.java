package io.parley.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** How a record is kept as a document of one kind: its id, its fields, and all of it as the JSON body. */
record Mapping<T>(Kind kind, Class<T> type, Function<T, String> id, Function<T, Map<Field, Value>> fields) {

    Document document(T value, long version) {
        try {
            String body = Json.MAPPER.writeValueAsString(value);
            return new Document(id.apply(value), version, fields.apply(value), body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a " + type.getSimpleName() + " cannot be written", e);
        }
    }

    T value(Document document) {
        try {
            return Json.MAPPER.readValue(document.body(), type);
        } catch (JsonProcessingException _) {
            // without the cause: it may quote the body
            throw new IllegalStateException("the " + type.getSimpleName() + " " + document.id() + " cannot be read");
        }
    }

    /** Epoch microseconds. */
    static Value time(Instant time) {
        return Value.of(micros(time));
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static long micros(Instant time) {
        return TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(time.getNano());
    }
}
