package io.parley.export;

import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.FullLog;
import io.parley.contract.ChatMessage;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A conversation as people read it, whatever it is printed as. Everything but {@link Section#text} is on one line, and harmless. */
record TranscriptDocument(String title, List<Property> facts, List<Section> parts) {

    private static final int LONGEST_TITLE = 100;

    TranscriptDocument {
        facts = List.copyOf(facts);
        parts = List.copyOf(parts);
    }

    /** Something to know about the conversation as a whole. */
    record Property(String name, String value) {}

    /** What somebody said, with {@code text} exactly as it was said. */
    record Section(String heading, String details, String text) {}

    static TranscriptDocument of(FullLog log) {
        Transcript transcript = log.transcript();
        List<Section> parts = new ArrayList<>();
        for (Entry line : transcript.lines()) {
            parts.add(new Section(
                    heading(transcript, line, parts.isEmpty()),
                    Formatting.details(line),
                    line.said().content()));
        }
        return new TranscriptDocument(title(transcript.run()), facts(log), parts);
    }

    private static String title(Run run) {
        return switch (run.script()) {
            case RunSpec.Chat _ -> "Conversation";
            case RunSpec.Duo duo -> {
                String topic = TextSanitizer.line(duo.topic());
                yield topic.codePointCount(0, topic.length()) > LONGEST_TITLE
                        ? topic.substring(0, topic.offsetByCodePoints(0, LONGEST_TITLE)) + "\u2026"
                        : topic;
            }
        };
    }

    private static List<Property> facts(FullLog log) {
        Transcript transcript = log.transcript();
        Run run = transcript.run();
        Optional<RunEvent.Ended> end = log.events().stream()
                .filter(RunEvent.Ended.class::isInstance)
                .map(RunEvent.Ended.class::cast)
                .findFirst();
        List<Property> facts = new ArrayList<>();
        facts.add(new Property("Run", run.id()));
        facts.add(new Property("Status", status(transcript, end)));
        end.flatMap(RunEvent.Ended::problem).map(Problem::detail).ifPresent(why -> facts.add(fact("Problem", why)));
        Instant began = log.events().isEmpty()
                ? run.createdAt()
                : Instant.ofEpochMilli(log.events().getFirst().at());
        facts.add(new Property("Began", Formatting.moment(began)));
        end.ifPresent(ended -> facts.add(new Property("Ended", Formatting.moment(Instant.ofEpochMilli(ended.at())))));
        facts.add(new Property("Turns", turns(transcript)));
        facts.add(new Property("Usage", Formatting.usage(transcript.usage())));
        transcript
                .stage()
                .bots()
                .forEach(
                        bot -> facts.add(fact("Bot " + transcript.stage().bots().indexOf(bot), bot(bot.bot()))));
        return facts;
    }

    private static Property fact(String name, String value) {
        return new Property(name, TextSanitizer.line(value));
    }

    private static String bot(RunSpec.Bot bot) {
        String model = bot.choice().provider().orElse("any provider")
                + bot.choice().model().map("/"::concat).orElse("");
        return bot.name().isBlank() ? model : bot.name() + ", " + model;
    }

    private static String status(Transcript transcript, Optional<RunEvent.Ended> end) {
        String status = transcript.run().status().wire();
        return end.map(ended -> status
                        + ended.cause()
                                .map(cause -> " (" + TextSanitizer.line(cause) + ")")
                                .orElse(""))
                .orElse(status + ", not finished: as it was at " + transcript.cursor());
    }

    private static String turns(Transcript transcript) {
        long turns = transcript.lines().stream()
                .filter(line -> line.usage().isPresent())
                .count();
        return switch (transcript.run().script()) {
            case RunSpec.Chat _ -> Long.toString(turns);
            case RunSpec.Duo duo -> turns + " of at most " + duo.maxTurns();
        };
    }

    private static String heading(Transcript transcript, Entry line, boolean first) {
        String who = line.speaker().map(speaker -> name(transcript, speaker)).orElse("");
        if (line.turn().isPresent()) {
            return "Turn " + (line.turn().getAsInt() + 1) + ": " + who;
        }
        return switch (transcript.run().script()) {
            case RunSpec.Duo _ when first -> "Topic";
            case RunSpec.Duo _ -> who.isEmpty() ? "Moderator" : "Put in as " + who;
            case RunSpec.Chat _ -> role(line.said());
        };
    }

    private static String role(ChatMessage said) {
        String role = said.role().name();
        return role.charAt(0) + role.substring(1).toLowerCase(Locale.ROOT);
    }

    /** {@code Tea (bot0)}. */
    private static String name(Transcript transcript, Speaker speaker) {
        Optional<String> name = switch (speaker) {
            case ASSISTANT -> Optional.of("Assistant");
            case BOT0 -> bot(transcript, 0);
            case BOT1 -> bot(transcript, 1);
        };
        return name.filter(known -> !known.isBlank())
                .map(known -> speaker == Speaker.ASSISTANT ? known : known + " (" + speaker.wire() + ")")
                .orElse(speaker.wire());
    }

    private static Optional<String> bot(Transcript transcript, int index) {
        return transcript.stage().bots().stream()
                .skip(index)
                .findFirst()
                .map(state -> TextSanitizer.line(state.bot().name()));
    }
}
