package io.parley.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AuthMessage;
import io.parley.contract.Event;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage;
import io.parley.contract.Script;

/** How records of the contract are written as JSON: on the wire between nodes, for guests of the bus, and in the store. */
public final class Json {

    /** Tolerant of fields it does not know, so that nodes of neighbouring versions can talk. Thread-safe. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addMixIn(AuthMessage.Credential.class, Tagged.class)
            .addMixIn(Event.class, Tagged.class)
            .addMixIn(RunEvent.class, Tagged.class)
            .addMixIn(AnswerEvent.class, Tagged.class)
            .addMixIn(Problem.class, Tagged.class)
            .addMixIn(RunMessage.Order.class, Tagged.class)
            .addMixIn(Script.class, Tagged.class)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .build();

    private Json() {}

    /** Alternatives of a sealed type are told apart by their simple name. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
    private interface Tagged {}
}
