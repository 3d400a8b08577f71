package io.parley.clients;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What became of one feature.
 *
 * @param reason "" if it works or is not offered
 */
record ClientResult(String client, String provider, ClientFeature feature, Outcome outcome, String reason) {

    private static final Pattern MESSAGE = Pattern.compile("\"message\":\"([^\"]*)\"");
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
        boolean offered =
                feature != ClientFeature.EMBEDDINGS || !target.embeddingModel().isEmpty();
        if (check == null || !offered) {
            return new ClientResult(library.name(), target.provider(), feature, Outcome.NOT_OFFERED, "");
        }
        try {
            check.run(target);
            return new ClientResult(library.name(), target.provider(), feature, Outcome.WORKS, "");
        } catch (Exception | AssertionError | NoSuchMethodError e) {
            int status = library.status(e).orElse(0);
            return new ClientResult(
                    library.name(),
                    target.provider(),
                    feature,
                    status == BAD_REQUEST ? Outcome.REFUSED : Outcome.FAILS,
                    reason(status, String.valueOf(e.getMessage())));
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
                reason(0, line.getString("reason", "")));
    }

    /** Returns one short line: the message inside a JSON body, if there is one, with the HTTP status in front. */
    private static String reason(int status, String text) {
        Matcher json = MESSAGE.matcher(text);
        String message = json.find() ? json.group(1) : text;
        String code = String.valueOf(status);
        String whole = status == 0 || message.startsWith(code) ? message : code + ": " + message;
        String line = whole.strip().replaceAll("\\s+", " ");
        return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + " …";
    }
}
