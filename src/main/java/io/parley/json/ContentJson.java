package io.parley.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Audio;
import io.parley.contract.ContentPart.Document;
import io.parley.contract.ContentPart.Image;
import io.parley.contract.ContentPart.Inline;
import io.parley.contract.ContentPart.Remote;
import io.parley.contract.ContentPart.Source;
import io.parley.contract.ContentPart.Text;
import io.parley.contract.WireName;
import java.util.List;
import java.util.Optional;

/** Reads and writes the {@code content} of a message in the server's own format: a text, or a list of texts, images and files. */
public final class ContentJson {

    private static final String CONTENT = "content";
    private static final int MAX_PARTS = 100;
    private static final TextRule NAME = TextRule.notBlank(1, 255);

    private enum Type {
        TEXT,
        IMAGE,
        FILE
    }

    private enum Detail {
        AUTO,
        LOW,
        HIGH
    }

    private ContentJson() {}

    /** {@code target} with the content of {@code message}, whose texts follow {@code rule}; only a user has images and files. */
    public static ChatMessage read(JsonFields message, ChatMessage target, TextRule rule) {
        if (!message.isList(CONTENT)) {
            return target.withParts(List.of(new Text(message.text(CONTENT, rule))));
        }
        List<ContentPart> parts = message.objects(CONTENT, 1, MAX_PARTS, part -> part(part, rule)).stream()
                .flatMap(Optional::stream)
                .toList();
        boolean textOnly = parts.stream().allMatch(Text.class::isInstance);
        message.check(
                CONTENT,
                textOnly || target.role() == ChatMessage.Role.USER,
                "unsupported",
                "only a message of the user may contain images and files");
        return target.withParts(parts);
    }

    private static Optional<ContentPart> part(JsonFields part, TextRule rule) {
        part.require("type");
        return part.optionalOneOf("type", Type.class).flatMap(type -> switch (type) {
            case TEXT -> Optional.of(new Text(part.text("text", rule)));
            case IMAGE -> {
                Optional<String> detail =
                        part.optionalOneOf("detail", Detail.class).map(WireName::of);
                yield source(part).map(source -> new Image(source, detail));
            }
            case FILE -> {
                Optional<String> name = part.optionalText("name", NAME);
                yield source(part).map(source -> Attachment.document(source, name));
            }
        });
    }

    /** Either {@code url}, or {@code data} with its {@code media_type}. */
    private static Optional<Source> source(JsonFields part) {
        boolean inline = part.has("data");
        part.check("url", !(inline && part.has("url")), "choice", "must not be given beside data");
        return inline ? Attachment.inline(part, "media_type", "data") : Attachment.url(part, "url");
    }

    /** Puts the content of {@code message} into {@code node}, in the form in which it was read. */
    public static ObjectNode write(ObjectNode node, ChatMessage message) {
        if (message.parts().isEmpty()) {
            return node.put(CONTENT, message.content());
        }
        ArrayNode parts = node.putArray(CONTENT);
        message.parts().forEach(part -> write(parts.addObject(), part));
        return node;
    }

    private static void write(ObjectNode node, ContentPart part) {
        switch (part) {
            case Text text -> node.put("type", "text").put("text", text.text());
            case Image image -> {
                write(node.put("type", "image"), image.source());
                image.detail().ifPresent(detail -> node.put("detail", detail));
            }
            case Document document -> {
                write(node.put("type", "file"), document.source());
                document.name().ifPresent(name -> node.put("name", name));
            }
            case Audio audio -> write(node.put("type", "file"), new Inline("audio/" + audio.format(), audio.base64()));
        }
    }

    private static void write(ObjectNode node, Source source) {
        switch (source) {
            case Remote remote -> node.put("url", remote.url());
            case Inline inline -> node.put("media_type", inline.mediaType()).put("data", inline.base64());
        }
    }
}
