package io.parley.simulator;

/** The only API key that the simulated providers accept. */
final class Credentials {

    static final String KEY = "simulated-key";

    private Credentials() {}

    static boolean bearer(ApiExchange exchange) {
        return exchange.header("authorization").equals("Bearer " + KEY);
    }
}
