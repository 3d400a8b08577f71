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

/** A run as a document that can be read again, {@code parley.run/1}: what it was asked to be, all that happened, how it ended. */
public record Archive(RunSpec script, List<RunEvent> events) {

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
     * What {@code text} says; fails with all that is wrong with it. A run that had not ended is cancelled where it stood.
     *
     * @param owner who gets all that is read, in the context {@code context}
     */
    public static Archive read(String text, String owner, String context) {
        JsonFields fields = StrictJsonReader.document(text);
        fields.check(
                "format", fields.text("format", TextRule.maxLength(64)).equals(FORMAT), "format", "must be " + FORMAT);
        fields.text("id", TextRule.maxLength(64));
        long created = fields.instant("created_at").toEpochMilli();
        RunStatus status = fields.oneOf("status", RunStatus.class, RunStatus.ERROR);
        RunSpec script = fields.object("script", RunSpecJson::read).orElse(RunSpecJson.EMPTY_DUO);
        EventReader reader = new EventReader(script, owner, context);
        List<RunEvent> events = fields.objects("events", 0, MAX_EVENTS, reader::read);
        fields.finish();
        Violations violations = new Violations();
        EventSequenceValidator sequence = new EventSequenceValidator(script, violations);
        sequence.check(events, status);
        violations.throwIfAny();
        return new Archive(script, withEnd(TokenMerger.merge(events), sequence, created));
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
