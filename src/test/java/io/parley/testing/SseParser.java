package io.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Parses an event stream exactly by the HTML standard, section 9.2.6; bytes may arrive in any pieces. */
public final class SseParser {

    /** An event as the standard dispatches it; {@code id} is the last one seen. */
    public record Event(String id, String name, String data) {}

    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private String name = "";
    private String id = "";
    private boolean afterCr;

    /** Returns the events that the first {@code length} bytes of {@code bytes} complete. */
    public synchronized List<Event> feed(byte[] bytes, int length) {
        all.write(bytes, 0, length);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (b == '\n' && afterCr) {
                afterCr = false;
                continue;
            }
            afterCr = b == '\r';
            if (b == '\n' || b == '\r') {
                line(line.toString(UTF_8), events);
                line.reset();
            } else {
                line.write(b);
            }
        }
        return events;
    }

    public synchronized String raw() {
        return all.toString(UTF_8);
    }

    private void line(String text, List<Event> events) {
        if (text.isEmpty()) {
            dispatch(events);
            return;
        }
        int colon = text.indexOf(':');
        if (colon == 0) {
            return;
        }
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        field(field, value.startsWith(" ") ? value.substring(1) : value);
    }

    private void field(String field, String value) {
        switch (field) {
            case "event" -> name = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> id = value.indexOf(0) < 0 ? value : id;
            default -> {}
        }
    }

    private void dispatch(List<Event> events) {
        if (!data.isEmpty()) {
            data.setLength(data.length() - 1);
            events.add(new Event(id, name.isEmpty() ? "message" : name, data.toString()));
        }
        data.setLength(0);
        name = "";
    }
}
