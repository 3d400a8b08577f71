package io.parley.clients;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Optional;

/**
 * What became of one feature.
 *
 * @param reason "" if it works or is not offered
 */
record ClientResult(String client, String provider, ClientFeature feature, Outcome outcome, String reason) {

    private static final int MAX_REASON = 160;
    private static final int BAD_REQUEST = 400;

    /** How it went, with the word in the table. */
    enum Outcome {
        WORKS("yes"),
        /** Parley says why it cannot be done. */
        REFUSED("refused"),
        FAILS("no"),
        /** The library does not have the feature. */
        NOT_OFFERED("–");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Tries one feature of a Java library. */
    static ClientResult of(ClientLibrary library, ClientFeature feature, ClientTarget target) {
        ClientLibrary.Check check = library.checks().get(feature);
        if (check == null) {
            return new ClientResult(library.name(), target.provider(), feature, Outcome.NOT_OFFERED, "");
        }
        try {
            check.run(target);
            return new ClientResult(library.name(), target.provider(), feature, Outcome.WORKS, "");
        } catch (Exception | AssertionError | NoSuchMethodError e) {
            boolean refused = library.status(e).orElse(0) == BAD_REQUEST;
            return new ClientResult(
                    library.name(), target.provider(), feature, refused ? Outcome.REFUSED : Outcome.FAILS, reason(e));
        }
    }

    /** Reads one line of a script's output. */
    static ClientResult of(JsonObject line) {
        String word = line.getString("outcome");
        Outcome outcome = Arrays.stream(Outcome.values())
                .filter(candidate -> candidate.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown outcome " + word));
        return new ClientResult(
                line.getString("client"),
                line.getString("provider"),
                ClientFeature.of(line.getString("feature")),
                outcome,
                shortened(line.getString("reason", "")));
    }

    private static String reason(Throwable e) {
        return shortened(Optional.ofNullable(e.getMessage()).orElseGet(() -> e.getClass().getSimpleName()));
    }

    private static String shortened(String reason) {
        String line = reason.strip().replaceAll("\\s+", " ").replace("|", "\\|");
        return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + " …";
    }
}
