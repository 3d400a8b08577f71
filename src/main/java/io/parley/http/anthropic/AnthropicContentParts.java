package io.parley.http.anthropic;

import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Source;
import io.parley.json.Attachment;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.Optional;

/** Parses content blocks that stand in messages and in tool results alike: texts, pictures and documents. */
final class AnthropicContentParts {

    private static final TextRule TITLE = TextRule.maxLength(1_000);

    /** The types of these blocks. */
    enum Block {
        TEXT,
        IMAGE,
        DOCUMENT
    }

    private AnthropicContentParts() {}

    /** The part; empty if it is invalid. */
    static Optional<ContentPart> read(JsonFields block) {
        block.require("type");
        return block.optionalOneOf("type", Block.class).flatMap(type -> read(block, type));
    }

    static Optional<ContentPart> read(JsonFields block, Block type) {
        return switch (type) {
            case TEXT -> Optional.of(new ContentPart.Text(block.text("text", TextRule.ANY)));
            case IMAGE ->
                block.object("source", AnthropicContentParts::source)
                        .flatMap(source -> source)
                        .map(source -> new ContentPart.Image(source, Optional.empty()));
            case DOCUMENT -> {
                Optional<String> title = block.optionalText("title", TITLE);
                yield block.object("source", source -> document(source, title)).flatMap(document -> document);
            }
        };
    }

    /** The text of a block that must be a text block. */
    static String text(JsonFields block) {
        boolean isText = block.text("type", TextRule.ANY).equals("text");
        block.check("type", isText, "unsupported", "must be a text block");
        return block.text("text", TextRule.ANY);
    }

    private static Optional<ContentPart> document(JsonFields source, Optional<String> title) {
        if (source.any("type").filter(type -> type.asText().equals("text")).isPresent()) {
            source.any("media_type"); // always plain text
            return Optional.of(new ContentPart.Text(Attachment.titled(title, source.text("data", TextRule.ANY))));
        }
        return source(source).map(bytes -> Attachment.document(bytes, title));
    }

    private static Optional<Source> source(JsonFields source) {
        return switch (source.text("type", TextRule.ANY)) {
            case "base64" -> Attachment.inline(source, "media_type", "data");
            case "url" -> Attachment.url(source, "url");
            default -> {
                source.check("type", false, "unsupported", "only base64, url and text are supported");
                yield Optional.empty();
            }
        };
    }
}
