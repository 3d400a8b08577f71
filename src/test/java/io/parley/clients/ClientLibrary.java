package io.parley.clients;

import java.util.Map;
import java.util.OptionalInt;

/** A client library, and how it is used for each feature. */
interface ClientLibrary {

    /** Returns its name in the table: the library and, if it has several, its API. */
    String name();

    /** Returns how to try the features that the library has. A check throws if the feature does not work. */
    Map<ClientFeature, Check> checks();

    /** Returns the HTTP status that an exception of this library is about. */
    OptionalInt status(Throwable error);

    /** Tries one feature. */
    @FunctionalInterface
    interface Check {
        void run(ClientTarget target) throws Exception;
    }
}
