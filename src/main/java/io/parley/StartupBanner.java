package io.parley;

import io.parley.config.AppConfig;
import io.parley.config.AuthConfig;
import io.parley.config.LogConfig.Format;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the addresses, the authentication mode and a sample command at startup. */
final class StartupBanner {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private final AppConfig config;
    private final int httpPort;
    private final int managementPort;

    StartupBanner(AppConfig config, int httpPort, int managementPort) {
        this.config = config;
        this.httpPort = httpPort;
        this.managementPort = managementPort;
    }

    void show() {
        String url = url(config.http().host(), httpPort);
        String health =
                managementPort < 0 ? "disabled" : url(config.management().host(), managementPort) + "/health/ready";
        LOG.atInfo()
                .addKeyValue("version", version())
                .addKeyValue("port", httpPort)
                .addKeyValue("management_port", managementPort)
                .addKeyValue("provider", config.gateway().provider())
                .addKeyValue("store", config.store().mongoUri().isPresent() ? "mongodb" : "sqlite")
                .log("Parley is listening on {}; health checks: {}", url, health);
        if (config.auth().devMode()) {
            LOG.atWarn().log("DEV_MODE is on: every local request is accepted as user dev with all roles");
        }
        if (config.log().format() == Format.TEXT) {
            System.out.println(sampleCommand(url));
        }
    }

    String sampleCommand(String url) {
        return "Try:  curl -N" + credential(config.auth()) + " -H 'Content-Type: application/json' " + url
                + "/api/v1/conversations/stream"
                + " -d '{\"context_id\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}'";
    }

    private static String credential(AuthConfig auth) {
        if (auth.devMode()) {
            return "";
        }
        return auth.jwt().isPresent() ? " -H \"Authorization: Bearer $TOKEN\"" : " -u \"$BASIC_AUTH_USER\"";
    }

    static String url(String host, int port) {
        String reachable = switch (host) {
            case "0.0.0.0", "::", "[::]" -> "localhost";
            default -> host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        };
        return "http://" + reachable + ":" + port;
    }

    private static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("unpacked");
    }
}
