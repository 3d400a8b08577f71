package io.parley.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Changes single values of a JSON object in its bytes. All other bytes stay as they are, also their order and white space. */
public final class JsonEditor {

    private record Edit(int from, int to, String replacement) {}

    private final byte[] bytes;
    private final JsonSpans spans;
    private final List<Edit> edits = new ArrayList<>();

    /** @param bytes one JSON object */
    public JsonEditor(byte[] bytes) {
        this.bytes = bytes;
        this.spans = JsonSpans.of(bytes);
    }

    /** Sets a value of the object. {@code json} is JSON text. */
    public JsonEditor set(String name, String json) {
        set(spans, name, json);
        return this;
    }

    /** Sets a value of the object {@code parent}, which is created if it does not exist or is not an object. */
    public JsonEditor set(String parent, String name, String json) {
        Optional<JsonSpans.Span> object = spans.get(parent).filter(JsonSpans.Span::isObject);
        if (object.isPresent()) {
            set(JsonSpans.of(bytes, object.get().from(), object.get().to()), name, json);
        } else {
            set(spans, parent, "{" + quoted(name) + ":" + json + "}");
        }
        return this;
    }

    /** Removes a value of the object, if it has one. At most one value may be removed from an object, and must not be set, too. */
    public JsonEditor remove(String name) {
        spans.get(name).ifPresent(value -> {
            int[] member = spans.member(value);
            edits.add(new Edit(member[0], member[1], ""));
        });
        return this;
    }

    private void set(JsonSpans object, String name, String json) {
        Optional<JsonSpans.Span> existing = object.get(name);
        if (existing.isPresent()) {
            edits.add(new Edit(existing.get().from(), existing.get().to(), json));
        } else {
            boolean first = object.isEmpty() && edits.stream().noneMatch(edit -> edit.from() == object.end());
            String member = (first ? "" : ",") + quoted(name) + ":" + json;
            edits.add(new Edit(object.end(), object.end(), member));
        }
    }

    /** The changed object; the original array if nothing was changed. */
    public byte[] toBytes() {
        if (edits.isEmpty()) {
            return bytes;
        }
        edits.sort(Comparator.comparingInt(Edit::from));
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 64);
        int copied = 0;
        for (Edit edit : edits) {
            out.write(bytes, copied, edit.from() - copied);
            out.writeBytes(edit.replacement().getBytes(UTF_8));
            copied = edit.to();
        }
        out.write(bytes, copied, bytes.length - copied);
        return out.toByteArray();
    }

    private static String quoted(String name) {
        return JsonWriter.text(TextNode.valueOf(name));
    }
}
