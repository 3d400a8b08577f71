package io.parley.contract;

import java.util.Optional;

/**
 * What the client wants to be answered by. Empty parts are the configuration's to decide.
 *
 * @param provider a configured vendor's name
 * @param model the vendor's model id
 * @param fallback whether another vendor may answer when this one fails
 */
public record Choice(Optional<String> provider, Optional<String> model, boolean fallback) {

    /** Whatever the configuration says. */
    public static final Choice ANY = new Choice(Optional.empty(), Optional.empty(), true);
}
