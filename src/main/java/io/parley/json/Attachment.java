package io.parley.json;

import io.parley.contract.ContentPart;
import io.parley.contract.ContentPart.Inline;
import io.parley.contract.ContentPart.Remote;
import io.parley.contract.ContentPart.Source;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads where the bytes of a picture or a document are: in the request itself, or at an https URL, which is never fetched here. */
public final class Attachment {

    private static final int MAX_URL_LENGTH = 8_192;
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}");
    private static final Pattern HTTPS = Pattern.compile("https://[!-~]+");

    private static final String URL_MESSAGE = "must be an https URL, or a data URL in Base64";

    private Attachment() {}

    /** A required field that holds an https URL or a data URL; empty if it is invalid. */
    public static Optional<Source> url(JsonFields fields, String name) {
        return Optional.of(fields.text(name, TextRule.ANY))
                .filter(_ -> fields.isValid(name))
                .flatMap(url -> {
                    Optional<Source> source = source(url);
                    fields.check(name, source.isPresent(), "url", URL_MESSAGE);
                    return source;
                });
    }

    private static Optional<Source> source(String url) {
        if (!url.regionMatches(true, 0, DATA, 0, DATA.length())) {
            return url.length() <= MAX_URL_LENGTH && HTTPS.matcher(url).matches()
                    ? Optional.of(new Remote(url))
                    : Optional.empty();
        }
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring(DATA.length(), comma).toLowerCase(Locale.ROOT);
        if (!head.endsWith(BASE64)) {
            return Optional.empty();
        }
        return inline(head.split(";", 2)[0], url.substring(comma + 1));
    }

    /** Two required fields that hold the media type and the bytes in Base64; empty if one of them is invalid. */
    public static Optional<Source> inline(JsonFields fields, String mediaType, String data) {
        String type = fields.text(mediaType, TextRule.ANY).toLowerCase(Locale.ROOT);
        String base64 = fields.text(data, TextRule.ANY);
        boolean valid = fields.isValid(mediaType)
                && fields.isValid(data)
                && fields.check(
                        mediaType, MEDIA_TYPE.matcher(type).matches(), "pattern", "must be a media type: image/png")
                && fields.check(data, isBase64(base64), "base64", "must be Base64");
        return valid ? Optional.of(new Inline(type, base64)) : Optional.empty();
    }

    /** The source of these bytes; empty if the media type or the Base64 is invalid. */
    public static Optional<Source> inline(String mediaType, String base64) {
        return MEDIA_TYPE.matcher(mediaType).matches() && isBase64(base64)
                ? Optional.of(new Inline(mediaType, base64))
                : Optional.empty();
    }

    /** A document; one of plain text becomes a text, which every model can read, after its name. */
    public static ContentPart document(Source source, Optional<String> name) {
        if (source instanceof Inline(String mediaType, String base64) && mediaType.startsWith("text/")) {
            String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            return new ContentPart.Text(titled(name, text));
        }
        return new ContentPart.Document(source, name);
    }

    /** The text of a document after its name, if it has one. */
    public static String titled(Optional<String> name, String text) {
        return name.map(title -> title + "\n\n" + text).orElse(text);
    }

    /** Whether {@code text} is Base64 without line breaks, with or without padding. */
    private static boolean isBase64(String text) {
        int end = text.length();
        while (end > 0 && end > text.length() - 2 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!letter && c != '+' && c != '/') {
                return false;
            }
        }
        return end > 0 && end % 4 != 1 && (end == text.length() || text.length() % 4 == 0);
    }
}
