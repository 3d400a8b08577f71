package io.parley;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Checks the readiness of the server in the same container and exits with status 0 or 1. For images without curl. */
public final class HealthCheck {

    private static final int TIMEOUT_MILLIS = 3000;

    private HealthCheck() {}

    public static void main(String[] arguments) {
        String port = System.getenv().getOrDefault("MANAGEMENT_PORT", "8081");
        System.exit(ready(URI.create("http://127.0.0.1:" + port + "/health/ready")) ? 0 : 1);
    }

    static boolean ready(URI address) {
        try {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
