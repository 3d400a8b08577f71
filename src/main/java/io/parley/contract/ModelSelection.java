package io.parley.contract;

import java.util.Optional;

/**
 * Selects the provider and model of an answer. Empty fields are filled from the configuration.
 * @param provider name of a configured provider
 * @param model the provider's model id, or an alias
 * @param fallback whether another provider may answer when this one fails
 */
public record ModelSelection(Optional<String> provider, Optional<String> model, boolean fallback) {

    /** Selects what the configuration defines. */
    public static final ModelSelection DEFAULT = new ModelSelection(Optional.empty(), Optional.empty(), true);
}
