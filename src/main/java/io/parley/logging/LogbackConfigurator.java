package io.parley.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.parley.config.LogConfig;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configures logging: text at INFO from the start (logback discovers this class), then as configured. Libraries never
 * log below INFO, because their debug output may contain conversation text.
 */
public final class LogbackConfigurator extends ContextAwareBase implements Configurator {

    /** Applies {@code config} from now on. */
    public static void apply(LogConfig config) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            install(context, config);
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        install(context, new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.INFO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void install(LoggerContext context, LogConfig config) {
        context.reset();
        Layout<ILoggingEvent> layout = switch (config.format()) {
            case TEXT -> new TextLayout();
            case JSON -> new JsonLayout();
        };
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(libraryLevel(config.level()));
        context.getLogger("io.parley").setLevel(parleyLevel(config.level()));
    }

    private static Level parleyLevel(LogConfig.Level level) {
        return switch (level) {
            case TRACE -> Level.TRACE;
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }

    private static Level libraryLevel(LogConfig.Level level) {
        return switch (level) {
            case TRACE, DEBUG -> Level.INFO;
            case INFO, WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}
