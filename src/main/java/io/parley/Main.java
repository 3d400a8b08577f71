package io.parley;

import io.parley.config.AppConfig;
import io.parley.config.ConfigException;
import io.parley.config.LogConfig.Format;
import io.parley.config.reader.ConfigReader;
import io.parley.logging.LogbackConfigurator;
import io.parley.persistence.store.StoreException;
import io.vertx.core.Vertx;
import java.io.Console;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the process: configuration, server, signals, exit status. */
public final class Main {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private static final int EXIT_OK = 0;
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_BAD_USAGE = 64;
    private static final int EXIT_BAD_CONFIGURATION = 78;
    private static final int EXIT_KILLED = 143;

    /** The argument that turns on DEV_MODE if no authentication is configured. */
    private static final String TRY_OUT = "--try-out";

    private static final Duration MAX_EVENT_LOOP_BLOCK = Duration.ofSeconds(1);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    /**
     * Added to the drain timeout. The sender of the signal (Docker, Kubernetes) usually kills the process after 30
     * seconds.
     */
    private static final Duration CLOSE_MARGIN = Duration.ofSeconds(8);

    private Main() {}

    public static void main(String[] arguments) {
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        List<String> options = List.of(arguments);
        if (!List.of(TRY_OUT).containsAll(options)) {
            exit(
                    EXIT_BAD_USAGE,
                    "Parley is configured by conf/parley.yaml and environment variables; the only argument is "
                            + TRY_OUT + ".");
            return;
        }
        Vertx vertx = Server.vertx(MAX_EVENT_LOOP_BLOCK);
        read(vertx, options.contains(TRY_OUT)).ifPresent(config -> serve(vertx, config));
    }

    private static Optional<AppConfig> read(Vertx vertx, boolean tryOut) {
        boolean terminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        Format defaultFormat = terminal ? Format.TEXT : Format.JSON;
        try {
            return Optional.of(new ConfigReader(System.getenv(), defaultFormat, tryOut)
                    .read(vertx, Path.of("conf"))
                    .await(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        } catch (ConfigException errors) {
            exit(EXIT_BAD_CONFIGURATION, errors.fullMessage());
        } catch (Exception e) {
            exit(EXIT_FAILED, "Parley could not read its configuration: " + e);
        }
        return Optional.empty();
    }

    private static void serve(Vertx vertx, AppConfig config) {
        LogbackConfigurator.apply(config.log());
        try {
            Server server = Server.start(vertx, config).await(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            AtomicBoolean shutdownRequested = new AtomicBoolean();
            ShutdownSignals.onShutdown(() -> {
                if (shutdownRequested.getAndSet(true)) {
                    Runtime.getRuntime().halt(EXIT_KILLED);
                }
                Thread.ofPlatform()
                        .name("closing")
                        .daemon(false)
                        .start(() -> end(vertx, server, config.http().drainTimeout()));
            });
            new StartupBanner(config, server.httpPort(), server.managementPort()).show();
        } catch (ConfigException errors) {
            exit(EXIT_BAD_CONFIGURATION, errors.fullMessage());
        } catch (StoreException failure) {
            exit(EXIT_FAILED, "Parley could not start: " + failure.getMessage() + ".");
        } catch (Exception e) {
            if (e instanceof BindException) {
                exit(
                        EXIT_FAILED,
                        "Parley could not start: " + e.getMessage() + " to another port, or to 0 for any free port.");
            }
            LOG.atError().setCause(e).log("Parley could not start");
            exit(EXIT_FAILED, "Parley could not start: " + e.getMessage());
        }
    }

    private static void end(Vertx vertx, Server server, Duration grace) {
        LOG.atInfo().addKeyValue("grace", grace).log("shutting down: waiting for running streams to end");
        try {
            server.stop().await(grace.plus(CLOSE_MARGIN).toMillis(), TimeUnit.MILLISECONDS);
            vertx.close().await(CLOSE_MARGIN.toMillis(), TimeUnit.MILLISECONDS);
            LOG.atInfo().log("shutdown complete");
            System.exit(EXIT_OK);
        } catch (Exception e) {
            LOG.atError().setCause(e).log("shutdown failed: process terminated");
            Runtime.getRuntime().halt(EXIT_FAILED);
        }
    }

    private static void exit(int status, String message) {
        System.err.println(message);
        System.exit(status);
    }
}
