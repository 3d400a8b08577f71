package io.parley.persistence.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parley.bus.ContractJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Maps records to documents of one type: id and fields are derived from the record, the body is the whole record as JSON. */
public record DocumentMapper<T>(
        DocumentType documentType, Class<T> recordType, Function<T, String> id, Function<T, Map<Field, Value>> fields) {

    public Document toDocument(T value, long version) {
        try {
            String body = ContractJson.MAPPER.writeValueAsString(value);
            return new Document(id.apply(value), version, fields.apply(value), body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a " + recordType.getSimpleName() + " as JSON", e);
        }
    }

    public T fromDocument(Document document) {
        try {
            return ContractJson.MAPPER.readValue(document.body(), recordType);
        } catch (JsonProcessingException _) {
            // no cause: its message may quote the body
            throw new IllegalStateException(
                    "cannot read the JSON of " + recordType.getSimpleName() + " " + document.id());
        }
    }

    /** Converts to epoch microseconds. */
    public static Value time(Instant time) {
        return Value.of(micros(time));
    }

    public static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    public static long micros(Instant time) {
        return TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(time.getNano());
    }
}
