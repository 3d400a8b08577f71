package io.parley.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * Formats a log event as one line of text: time, level, logger, message, and the keys as {@code key=value}. Escapes
 * values, so that none can forge a line.
 */
final class TextLayout extends LayoutBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        line.append(' ').append(event.getLevel());
        line.repeat(' ', 6 - event.getLevel().toString().length());
        line.append(event.getLoggerName().replaceFirst("^io\\.parley\\.", "")).append(": ");
        escape(event.getFormattedMessage(), "", line);
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> append(pair, line));
        }
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            escape(ThrowableProxyUtil.asString(event.getThrowableProxy()), "\n\t", line);
        }
        return line.toString();
    }

    private static void append(KeyValuePair pair, StringBuilder line) {
        String value = String.valueOf(pair.value);
        boolean quoted = value.isEmpty() || value.chars().anyMatch(c -> c == ' ' || c == '"' || c == '=');
        line.append(' ').append(pair.key).append('=').append(quoted ? "\"" : "");
        escape(quoted ? value.replace("\"", "\\\"") : value, "", line);
        line.append(quoted ? "\"" : "");
    }

    /** Control characters could forge lines or send commands to the terminal. */
    private static void escape(String text, String allowed, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean printable = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT && c != '\u2028';
            if (printable || allowed.indexOf(c) >= 0) {
                line.append(c);
            } else {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            }
        }
    }
}
