package io.parley.export.document;

import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.FullLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Holds a transcript in readable form, for every output format. Everything except {@link Section#text} is on one line and
 * sanitized.
 */
public record TranscriptDocument(String title, List<Property> properties, List<Section> sections) {

    private static final int MAX_TITLE_LENGTH = 100;

    public TranscriptDocument {
        properties = List.copyOf(properties);
        sections = List.copyOf(sections);
    }

    /** A property of the conversation as a whole. */
    public record Property(String name, String value) {}

    /** A message; {@code text} is its unchanged content. */
    public record Section(String heading, String details, String text) {}

    public static TranscriptDocument of(FullLog log) {
        Transcript transcript = log.transcript();
        List<Section> sections = new ArrayList<>();
        for (Entry entry : transcript.entries()) {
            sections.add(new Section(
                    heading(transcript, entry, sections.isEmpty()), Formatting.details(entry), text(entry.message())));
        }
        return new TranscriptDocument(title(transcript.run()), properties(log), sections);
    }

    private static String title(Run run) {
        return switch (run.spec()) {
            case RunSpec.Chat _ -> "Conversation";
            case RunSpec.Duo duo -> {
                String topic = TextSanitizer.singleLine(duo.topic());
                yield topic.codePointCount(0, topic.length()) > MAX_TITLE_LENGTH
                        ? topic.substring(0, topic.offsetByCodePoints(0, MAX_TITLE_LENGTH)) + "\u2026"
                        : topic;
            }
        };
    }

    private static List<Property> properties(FullLog log) {
        Transcript transcript = log.transcript();
        Run run = transcript.run();
        Optional<RunEvent.Ended> endEvent = log.events().stream()
                .filter(RunEvent.Ended.class::isInstance)
                .map(RunEvent.Ended.class::cast)
                .findFirst();
        List<Property> properties = new ArrayList<>();
        properties.add(new Property("Run", run.id()));
        properties.add(new Property("Status", status(transcript, endEvent)));
        endEvent.flatMap(RunEvent.Ended::problem)
                .map(Problem::detail)
                .ifPresent(detail -> properties.add(property("Problem", detail)));
        Instant startedAt = log.events().isEmpty()
                ? run.createdAt()
                : Instant.ofEpochMilli(log.events().getFirst().at());
        properties.add(new Property("Started", Formatting.timestamp(startedAt)));
        endEvent.ifPresent(
                ended -> properties.add(new Property("Ended", Formatting.timestamp(Instant.ofEpochMilli(ended.at())))));
        properties.add(new Property("Turns", turns(transcript)));
        properties.add(new Property("Usage", Formatting.usage(transcript.usage())));
        transcript
                .progress()
                .bots()
                .forEach(bot -> properties.add(
                        property("Bot " + transcript.progress().bots().indexOf(bot), botLabel(bot.bot()))));
        return properties;
    }

    private static Property property(String name, String value) {
        return new Property(name, TextSanitizer.singleLine(value));
    }

    private static String botLabel(RunSpec.Bot bot) {
        String model = bot.selection().provider().orElse("any provider")
                + bot.selection().model().map("/"::concat).orElse("");
        return bot.name().isBlank() ? model : bot.name() + ", " + model;
    }

    private static String status(Transcript transcript, Optional<RunEvent.Ended> endEvent) {
        String status = transcript.run().status().wireName();
        return endEvent.map(ended -> status
                        + ended.cause()
                                .map(cause -> " (" + TextSanitizer.singleLine(cause) + ")")
                                .orElse(""))
                .orElse(status + ", not finished; last event: " + transcript.cursor());
    }

    private static String turns(Transcript transcript) {
        long turns = transcript.entries().stream()
                .filter(entry -> entry.usage().isPresent())
                .count();
        return switch (transcript.run().spec()) {
            case RunSpec.Chat _ -> Long.toString(turns);
            case RunSpec.Duo duo -> turns + " of at most " + duo.maxTurns();
        };
    }

    private static String heading(Transcript transcript, Entry entry, boolean first) {
        String speakerName =
                entry.speaker().map(speaker -> name(transcript, speaker)).orElse("");
        if (entry.turn().isPresent()) {
            return "Turn " + (entry.turn().getAsInt() + 1) + ": " + speakerName;
        }
        return switch (transcript.run().spec()) {
            case RunSpec.Duo _ when first -> "Topic";
            case RunSpec.Duo _ -> speakerName.isEmpty() ? "Moderator" : "Injected as " + speakerName;
            case RunSpec.Chat _ -> role(entry.message());
        };
    }

    /** The texts of a message, and a line for each picture and file between them. */
    private static String text(ChatMessage message) {
        return message.parts().isEmpty()
                ? message.content()
                : message.parts().stream().map(TranscriptDocument::text).collect(Collectors.joining("\n\n"));
    }

    private static String text(ContentPart part) {
        return switch (part) {
            case ContentPart.Text text -> text.text();
            case ContentPart.Image image -> "[image: " + source(image.source()) + "]";
            case ContentPart.Document document ->
                "[file: " + document.name().orElseGet(() -> source(document.source())) + "]";
            case ContentPart.Audio audio -> "[audio: " + audio.format() + "]";
        };
    }

    private static String source(ContentPart.Source source) {
        return switch (source) {
            case ContentPart.Inline inline -> inline.mediaType();
            case ContentPart.Remote remote -> remote.url();
        };
    }

    private static String role(ChatMessage message) {
        String role = message.role().name();
        return role.charAt(0) + role.substring(1).toLowerCase(Locale.ROOT);
    }

    /** {@code Tea (bot0)}. */
    private static String name(Transcript transcript, Speaker speaker) {
        Optional<String> name = switch (speaker) {
            case ASSISTANT -> Optional.of("Assistant");
            case BOT0 -> botLabel(transcript, 0);
            case BOT1 -> botLabel(transcript, 1);
        };
        return name.filter(value -> !value.isBlank())
                .map(value -> speaker == Speaker.ASSISTANT ? value : value + " (" + speaker.wireName() + ")")
                .orElse(speaker.wireName());
    }

    private static Optional<String> botLabel(Transcript transcript, int index) {
        return transcript.progress().bots().stream()
                .skip(index)
                .findFirst()
                .map(state -> TextSanitizer.singleLine(state.bot().name()));
    }
}
