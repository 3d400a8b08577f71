package io.parley.http;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Refusal;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a client takes what a route has; of the ranges that it names, the one that says most about the type counts. */
final class Accept {

    private static final Pattern QUALITY = Pattern.compile(";\\s*q=([0-9.]+)");

    private Accept() {}

    /** Fail if the client says that it does not take {@code type}; who says nothing takes everything. */
    static void demand(HttpServerRequest request, String type) {
        String accept = String.join(",", request.headers().getAll("Accept")).toLowerCase(Locale.ROOT);
        if (!accept.isBlank() && !takes(accept, type)) {
            throw new Problem.Refused(Refusal.NOT_ACCEPTABLE, "there is nothing here but " + type).toException();
        }
    }

    private static boolean takes(String accept, String type) {
        String kind = type.substring(0, type.indexOf('/')) + "/*";
        return said(accept, type)
                .or(() -> said(accept, kind))
                .or(() -> said(accept, "*/*"))
                .orElse(false);
    }

    /** What is said about exactly this range, if it is named. */
    private static Optional<Boolean> said(String accept, String range) {
        for (String each : accept.split(",", -1)) {
            if (each.split(";", 2)[0].strip().equals(range)) {
                return Optional.of(!refusing(each));
            }
        }
        return Optional.empty();
    }

    private static boolean refusing(String range) {
        Matcher quality = QUALITY.matcher(range);
        return quality.find() && quality.group(1).matches("0(\\.0*)?");
    }
}
