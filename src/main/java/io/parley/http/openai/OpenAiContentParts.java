package io.parley.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Source;
import io.parley.json.Attachment;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import java.util.Locale;
import java.util.Optional;

/** Parses the parts of a message's content: texts, pictures, documents and recordings. */
final class OpenAiContentParts {

    private static final TextRule DETAIL = TextRule.matching("[a-z_]{1,32}", "must be auto, low or high");
    private static final TextRule NAME = TextRule.maxLength(1_000);
    private static final TextRule AUDIO_FORMAT = TextRule.matching("[a-z0-9]{1,16}", "must be wav or mp3");

    private OpenAiContentParts() {}

    /** The part; empty if it is invalid. */
    static Optional<ContentPart> read(JsonFields part) {
        return switch (part.text("type", TextRule.ANY)) {
            case "text" -> Optional.of(new ContentPart.Text(part.text("text", TextRule.ANY)));
            case "refusal" -> Optional.of(new ContentPart.Text(part.text("refusal", TextRule.ANY)));
            case "image_url" -> image(part);
            case "file" -> part.object("file", OpenAiContentParts::file).flatMap(file -> file);
            case "input_audio" ->
                part.object("input_audio", OpenAiContentParts::audio).flatMap(audio -> audio);
            default -> {
                part.check(
                        "type",
                        false,
                        "unsupported",
                        "only text, refusal, image_url, file and input_audio parts are supported");
                yield Optional.empty();
            }
        };
    }

    /** {@code image_url} is an object, or, for some servers, the URL itself. */
    private static Optional<ContentPart> image(JsonFields part) {
        if (part.any("image_url").filter(JsonNode::isTextual).isPresent()) {
            Optional<String> detail = part.optionalText("detail", DETAIL);
            return Attachment.url(part, "image_url").map(source -> new ContentPart.Image(source, detail));
        }
        return part.object("image_url", image -> {
                    Optional<String> detail = image.optionalText("detail", DETAIL);
                    return Attachment.url(image, "url")
                            .<ContentPart>map(source -> new ContentPart.Image(source, detail));
                })
                .flatMap(image -> image);
    }

    private static Optional<ContentPart> file(JsonFields file) {
        Optional<String> name = file.optionalText("filename", NAME);
        boolean uploaded = file.any("file_id").isPresent();
        file.check("file_id", !uploaded, "unsupported", "is not supported: send file_data");
        if (uploaded) {
            file.any("file_data");
            return Optional.empty();
        }
        return data(file, name).map(source -> Attachment.document(source, name));
    }

    /** A data URL, or Base64 alone, whose media type is known by the file's name. */
    private static Optional<Source> data(JsonFields file, Optional<String> name) {
        Optional<String> data = file.any("file_data").map(JsonNode::asText);
        if (data.isEmpty() || data.get().contains(":")) {
            return Attachment.url(file, "file_data");
        }
        Optional<Source> source = Attachment.inline(mediaType(name.orElse("")), data.get());
        file.check("file_data", source.isPresent(), "base64", "must be a data URL, or Base64");
        return source;
    }

    private static String mediaType(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        if (lowerCase.endsWith(".txt") || lowerCase.endsWith(".md")) {
            return "text/plain";
        }
        return "application/pdf";
    }

    private static Optional<ContentPart> audio(JsonFields audio) {
        String format = audio.text("format", AUDIO_FORMAT);
        return Attachment.inline("audio/" + format, audio.text("data", TextRule.ANY))
                .filter(_ -> audio.isValid("format"))
                .<ContentPart>map(source -> new ContentPart.Audio(format, ((ContentPart.Inline) source).base64()))
                .or(() -> invalidAudio(audio));
    }

    private static Optional<ContentPart> invalidAudio(JsonFields audio) {
        audio.check("data", !audio.isValid("format"), "base64", "must be Base64");
        return Optional.empty();
    }
}
