package io.parley.export.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.FinishReason;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.FullLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.json.JsonFields;
import io.parley.json.JsonWriter;
import io.parley.json.StrictJsonReader;
import io.parley.json.TextRule;
import io.parley.json.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a run as a document in the format {@code parley.run/1} (spec, all events, status) and reads it back. */
public record Archive(RunSpec spec, List<RunEvent> events) {

    static final String FORMAT = "parley.run/1";

    private static final int MAX_EVENTS = 1_000_000;

    public Archive {
        events = List.copyOf(events);
    }

    public static String write(FullLog log) {
        Run run = log.transcript().run();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("format", FORMAT)
                .put("id", run.id())
                .put("created_at", run.createdAt().toString())
                .put("status", run.status().wireName());
        json.set("script", RunSpecJson.write(run.spec()));
        ArrayNode events = json.putArray("events");
        TokenMerger.merge(log.events()).forEach(event -> events.add(EventWriter.write(event)));
        return JsonWriter.document(json);
    }

    /**
     * Parses {@code text}; fails with all violations. A run that had not ended is cancelled after its last event.
     *
     * @param owner the owner of everything that is imported, in the context {@code context}
     */
    public static Archive read(String text, String owner, String context) {
        JsonFields fields = StrictJsonReader.document(text);
        fields.check(
                "format", fields.text("format", TextRule.maxLength(64)).equals(FORMAT), "format", "must be " + FORMAT);
        fields.text("id", TextRule.maxLength(64));
        long created = fields.instant("created_at").toEpochMilli();
        RunStatus status = fields.oneOf("status", RunStatus.class, RunStatus.ERROR);
        RunSpec spec = fields.object("script", RunSpecJson::read).orElse(RunSpecJson.EMPTY_DUO);
        EventReader reader = new EventReader(spec, owner, context);
        List<RunEvent> events = fields.objects("events", 0, MAX_EVENTS, reader::read);
        fields.finish();
        Violations violations = new Violations();
        EventSequenceValidator sequence = new EventSequenceValidator(spec, violations);
        sequence.check(events, status);
        violations.throwIfAny();
        return new Archive(spec, withEnd(TokenMerger.merge(events), sequence, created));
    }

    private static List<RunEvent> withEnd(List<RunEvent> events, EventSequenceValidator sequence, long created) {
        if (sequence.ended()) {
            return events;
        }
        List<RunEvent> completed = new ArrayList<>(events);
        completed.add(new RunEvent.Ended(
                events.isEmpty() ? created : events.getLast().at(),
                RunStatus.CANCELLED,
                sequence.turns(),
                sequence.usage(),
                Optional.of(FinishReason.CANCELLED),
                Optional.empty(),
                Optional.of("user"),
                Optional.empty(),
                Optional.empty()));
        return completed;
    }

    public RunStatus status() {
        return events.getLast() instanceof RunEvent.Ended ended ? ended.status() : RunStatus.CANCELLED;
    }
}
