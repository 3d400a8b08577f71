package io.parley.provider.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.parley.config.ToolIdFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** Replaces the ids of tool calls that a provider does not accept in the bytes of a body. All other bytes stay as they are. */
final class NativeToolIds {

    /** The fields that refer to a call. */
    private static final Set<String> REFERENCES = Set.of("tool_call_id", "tool_use_id");

    /** The lists whose elements may be calls, with an {@code id} of their own. */
    private static final Set<String> LISTS = Set.of("tool_calls", "content");

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1000)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] body;
    private final ToolIdFormat format;
    private final ByteArrayOutputStream changed = new ByteArrayOutputStream();
    private int copied;

    private NativeToolIds(byte[] body, ToolIdFormat format) {
        this.body = body;
        this.format = format;
    }

    /** The body with accepted ids; the original array if all of them are. */
    static byte[] mapped(byte[] body, ToolIdFormat format) {
        return new NativeToolIds(body, format).mapped();
    }

    private byte[] mapped() {
        try (JsonParser parser = JSON.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING && isId(parser)) {
                    replace(parser);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (copied == 0) {
            return body;
        }
        changed.write(body, copied, body.length - copied);
        return changed.toByteArray();
    }

    private static boolean isId(JsonParser parser) {
        JsonStreamContext object = parser.getParsingContext();
        String name = object.getCurrentName();
        if (name == null || !object.inObject()) {
            return false;
        }
        return REFERENCES.contains(name) || (name.equals("id") && isCall(object.getParent()));
    }

    private static boolean isCall(JsonStreamContext list) {
        return list.inArray()
                && list.getParent().getCurrentName() != null
                && LISTS.contains(list.getParent().getCurrentName());
    }

    private void replace(JsonParser parser) throws IOException {
        String id = parser.getText();
        String accepted = format.accepted(id);
        if (!accepted.equals(id)) {
            int from = (int) parser.currentTokenLocation().getByteOffset();
            changed.write(body, copied, from - copied);
            changed.writeBytes(('"' + accepted + '"').getBytes(UTF_8)); // letters and digits only
            copied = (int) parser.currentLocation().getByteOffset();
        }
    }
}
