package io.parley.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Source;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.List;
import java.util.Optional;

/** Parses the content of items: a string, or a list of parts. */
final class InputParts {

    private static final int MAX_PARTS = 10_000;
    private static final String BASE64 = ";base64";

    private InputParts() {}

    /** Reads the required field {@code name}. */
    static List<ContentPart> read(JsonFields item, String name) {
        Optional<JsonNode> content = item.any(name);
        if (content.isEmpty()) {
            item.require(name);
            return List.of();
        }
        if (content.get().isTextual()) {
            return List.of(new ContentPart.Text(item.text(name, TextRule.ANY)));
        }
        return item.objects(name, 0, MAX_PARTS, part -> part(part).map(part::place)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<ContentPart> part(JsonFields part) {
        return switch (part.text("type", TextRule.ANY)) {
            case "input_text", "output_text", "text" ->
                Optional.of(new ContentPart.Text(part.text("text", TextRule.ANY)));
            case "refusal" -> Optional.of(new ContentPart.Text(part.text("refusal", TextRule.ANY)));
            case "input_image" -> image(part);
            case "input_file" -> file(part);
            case "input_audio" -> part.object("input_audio", InputParts::audio);
            default -> {
                part.check("type", false, "unsupported", "is not a supported type of content");
                yield Optional.empty();
            }
        };
    }

    private static Optional<ContentPart> image(JsonFields part) {
        if (isUpload(part, "image_url")) {
            return Optional.empty();
        }
        return source(part, "image_url", part.text("image_url", TextRule.ANY))
                .map(source -> new ContentPart.Image(source, part.optionalText("detail", TextRule.ANY)));
    }

    private static Optional<ContentPart> file(JsonFields part) {
        if (isUpload(part, "file_data")) {
            return Optional.empty();
        }
        String name = part.any("file_url").isPresent() ? "file_url" : "file_data";
        return source(part, name, part.text(name, TextRule.ANY))
                .map(source -> new ContentPart.Document(source, part.optionalText("filename", TextRule.ANY)));
    }

    private static ContentPart audio(JsonFields audio) {
        return new ContentPart.Audio(audio.text("format", TextRule.ANY), audio.text("data", TextRule.ANY));
    }

    /** Rejects a part that refers to an upload. */
    private static boolean isUpload(JsonFields part, String instead) {
        return !part.check("file_id", part.any("file_id").isEmpty(), "unsupported", "is not supported: use " + instead);
    }

    /** Reads a data URL with Base64, or an https URL. */
    private static Optional<Source> source(JsonFields part, String name, String url) {
        if (url.startsWith("https://")) {
            return Optional.of(new ContentPart.Remote(url));
        }
        int comma = url.indexOf(',');
        boolean inline =
                url.startsWith("data:") && comma > 0 && url.substring(0, comma).endsWith(BASE64);
        if (!part.check(name, inline, "url", "must be a data URL in base64, or an https URL")) {
            return Optional.empty();
        }
        String type = url.substring("data:".length(), comma - BASE64.length());
        int parameters = type.indexOf(';');
        return Optional.of(new ContentPart.Inline(
                parameters < 0 ? type : type.substring(0, parameters), url.substring(comma + 1)));
    }
}
