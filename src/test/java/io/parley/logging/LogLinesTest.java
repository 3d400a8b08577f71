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
    @DisplayName("a line for machines is one flat object with typed facts")
    void json() {
        String line =
                line(new JsonLayout(), "stored", null, pair("run_id", "run_1"), pair("events", 12), pair("last", true));
        assertThat(line).endsWith("}\n");
        assertThat(new JsonObject(line))
                .isEqualTo(new JsonObject()
                        .put("time", "2026-11-21T10:00:00.123Z")
                        .put("level", "INFO")
                        .put("logger", "io.parley.journal.Scribe")
                        .put("message", "stored")
                        .put("run_id", "run_1")
                        .put("events", 12)
                        .put("last", true));
    }

    @Test
    @DisplayName("a line for people ends with its facts")
    void text() {
        assertThat(line(new TextLayout(), "stored", null, pair("run_id", "run_1"), pair("why", "a \"good\" reason")))
                .isEqualTo("10:00:00.123 INFO  journal.Scribe: stored run_id=run_1 why=\"a \\\"good\\\" reason\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\u001b[2J", "\u009b", "\u0000", "\u2028", "\u202e", "\u007f", "\u0085"})
    @DisplayName("nothing that somebody calls himself begins a line or speaks to the terminal")
    void injection(String evil) {
        for (LayoutBase<ILoggingEvent> layout : java.util.List.of(new JsonLayout(), new TextLayout())) {
            String line = line(layout, "by " + evil, null, pair("user_id", "eve" + evil + "10:00 ERROR forged"));
            assertThat(line.strip()).doesNotContain(evil).hasLineCount(1);
        }
        String json = line(new JsonLayout(), "by", null, pair("user_id", "eve" + evil));
        assertThat(new JsonObject(json).getString("user_id")).isEqualTo("eve" + evil);
    }

    @Test
    @DisplayName("a failure keeps its stack: inside the object, or on the lines below")
    void stack() {
        IllegalStateException failure = new IllegalStateException("it \u001b[31m broke");
        String json = line(new JsonLayout(), "failed", failure);
        assertThat(json.strip()).hasLineCount(1);
        assertThat(new JsonObject(json).getString("error")).contains("IllegalStateException", "\tat ");
        assertThat(line(new TextLayout(), "failed", failure))
                .contains("\njava.lang.IllegalStateException: it \\u001b[31m broke\n\tat ");
    }

    @Test
    @DisplayName("libraries stay quiet, also when we are talkative")
    void quiet() {
        LogbackConfigurator.apply(new LogConfig(Format.JSON, LogConfig.Level.TRACE));
        assertThat(LoggerFactory.getLogger("io.parley.http").isTraceEnabled()).isTrue();
        assertThat(LoggerFactory.getLogger("org.mongodb.driver").isDebugEnabled())
                .isFalse();
        LogbackConfigurator.apply(new LogConfig(Format.TEXT, LogConfig.Level.INFO));
        assertThat(LoggerFactory.getLogger("io.netty").isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("io.parley").isInfoEnabled()).isTrue();
    }

    private String line(
            LayoutBase<ILoggingEvent> layout, String message, @Nullable Throwable cause, KeyValuePair... facts) {
        LoggingEvent event = new LoggingEvent(
                "", context.getLogger("io.parley.journal.Scribe"), Level.INFO, message, cause, new Object[0]);
        event.setInstant(Instant.parse("2026-11-21T10:00:00.123Z"));
        for (KeyValuePair fact : facts) {
            event.addKeyValuePair(fact);
        }
        return layout.doLayout(event);
    }

    private static KeyValuePair pair(String key, Object value) {
        return new KeyValuePair(key, value);
    }
}
