package io.parley.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.LayoutBase;
import io.parley.config.LogConfig;
import io.parley.config.LogConfig.Format;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LogLinesTest {

    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void resetLogging() {
        LogbackConfigurator.apply(new LogConfig(Format.TEXT, LogConfig.Level.INFO));
    }

    @Test
    @DisplayName("a JSON line is one flat object with typed values")
    void json() {
        String line =
                line(new JsonLayout(), "stored", null, pair("run_id", "run_1"), pair("events", 12), pair("last", true));
        assertThat(line).endsWith("}\n");
        assertThat(new JsonObject(line))
                .isEqualTo(new JsonObject()
                        .put("time", "2026-11-21T10:00:00.123Z")
                        .put("level", "INFO")
                        .put("logger", "io.parley.journal.LogWriter")
                        .put("message", "stored")
                        .put("run_id", "run_1")
                        .put("events", 12)
                        .put("last", true));
    }

    @Test
    @DisplayName("a text line ends with its keys and values")
    void text() {
        assertThat(line(new TextLayout(), "stored", null, pair("run_id", "run_1"), pair("why", "a \"good\" reason")))
                .isEqualTo("10:00:00.123 INFO  journal.LogWriter: stored run_id=run_1 why=\"a \\\"good\\\" reason\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\u001b[2J", "\u009b", "\u0000", "\u2028", "\u202e", "\u007f", "\u0085"})
    @DisplayName("control characters in messages and values cannot start a line or reach the terminal")
    void injection(String control) {
        for (LayoutBase<ILoggingEvent> layout : java.util.List.of(new JsonLayout(), new TextLayout())) {
            String line = line(layout, "by " + control, null, pair("user_id", "eve" + control + "10:00 ERROR forged"));
            assertThat(line.strip()).doesNotContain(control).hasLineCount(1);
        }
        String json = line(new JsonLayout(), "by", null, pair("user_id", "eve" + control));
        assertThat(new JsonObject(json).getString("user_id")).isEqualTo("eve" + control);
    }

    @Test
    @DisplayName("a failure is logged with its stack trace, inside the JSON object or on the following lines")
    void stack() {
        IllegalStateException failure = new IllegalStateException("it \u001b[31m broke");
        String json = line(new JsonLayout(), "failed", failure);
        assertThat(json.strip()).hasLineCount(1);
        assertThat(new JsonObject(json).getString("error")).contains("IllegalStateException", "\tat ");
        assertThat(line(new TextLayout(), "failed", failure))
                .contains("\njava.lang.IllegalStateException: it \\u001b[31m broke\n\tat ");
    }

    @Test
    @DisplayName("libraries log at their own levels, whatever Parley's level is")
    void libraryLevels() {
        LogbackConfigurator.apply(new LogConfig(Format.JSON, LogConfig.Level.TRACE));
        assertThat(LoggerFactory.getLogger("io.parley.http").isTraceEnabled()).isTrue();
        assertThat(LoggerFactory.getLogger("org.mongodb.driver").isDebugEnabled())
                .isFalse();
        LogbackConfigurator.apply(new LogConfig(Format.TEXT, LogConfig.Level.INFO));
        assertThat(LoggerFactory.getLogger("io.netty").isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("io.parley").isInfoEnabled()).isTrue();
    }

    private String line(
            LayoutBase<ILoggingEvent> layout, String message, @Nullable Throwable cause, KeyValuePair... pairs) {
        LoggingEvent event = new LoggingEvent(
                "", context.getLogger("io.parley.journal.LogWriter"), Level.INFO, message, cause, new Object[0]);
        event.setInstant(Instant.parse("2026-11-21T10:00:00.123Z"));
        for (KeyValuePair pair : pairs) {
            event.addKeyValuePair(pair);
        }
        return layout.doLayout(event);
    }

    private static KeyValuePair pair(String key, Object value) {
        return new KeyValuePair(key, value);
    }
}
