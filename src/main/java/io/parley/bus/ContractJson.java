package io.parley.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AuthMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.Event;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage;
import io.parley.contract.RunSpec;
import java.util.List;
import java.util.stream.Stream;

/**
 * Defines the JSON form of the contract's records, used between cluster nodes, for bus clients without the codec, and
 * in the store.
 */
public final class ContractJson {

    /**
     * Providers split text at any UTF-16 unit; surrogates are escaped so that an unpaired half survives encoding as
     * UTF-8.
     */
    private static final char HIGHEST_UNESCAPED = Character.MIN_SURROGATE - 1;

    /** The sealed types whose subtypes are identified by their simple name, wherever a field or a list contains one. */
    private static final List<Class<?>> SEALED_TYPES = List.of(
            AuthMessage.Credential.class,
            Event.class,
            RunEvent.class,
            AnswerEvent.class,
            ContentPart.class,
            ContentPart.Source.class,
            Problem.class,
            RunMessage.Action.class,
            RunSpec.class);

    /** Ignores unknown fields, so that nodes of adjacent versions understand each other. Thread-safe. */
    public static final JsonMapper MAPPER = mapper();

    private ContractJson() {}

    private static JsonMapper mapper() {
        JsonMapper.Builder mapper = JsonMapper.builder(new JsonFactoryBuilder()
                        // thread-local buffers would multiply with the virtual threads
                        .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                        .highestNonEscapedChar(HIGHEST_UNESCAPED)
                        .build())
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT));
        SEALED_TYPES.forEach(type -> mapper.addMixIn(type, TypeTagMixin.class)
                .registerSubtypes(recordTypes(type).toArray(Class<?>[]::new)));
        return mapper.build();
    }

    /** The records that implement a sealed type, directly or indirectly. */
    static Stream<Class<?>> recordTypes(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(ContractJson::recordTypes)
                : Stream.of(type);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
    private interface TypeTagMixin {}
}
