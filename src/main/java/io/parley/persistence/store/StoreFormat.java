package io.parley.persistence.store;

import java.util.Optional;

/** Decides from the format version of stored data whether this build can read it. Does not read the data itself. */
public final class StoreFormat {

    /** Incremented with every incompatible change of the stored JSON or of the layout of tables and collections. */
    public static final int VERSION = 2;

    private StoreFormat() {}

    /**
     * The reason to reject data of another version; empty if {@code version} is the current one.
     *
     * @param place where the data is, as the subject of a sentence
     */
    public static Optional<StoreException> refusal(String place, long version) {
        if (version == VERSION) {
            return Optional.empty();
        }
        String versions = " (format " + version + "; this build reads format " + VERSION + "): ";
        return Optional.of(new StoreException(
                version < VERSION
                        ? place + " was written by an earlier build of Parley" + versions
                                + "start with an empty one; to keep its conversations, export them with the earlier"
                                + " build and import them again"
                        : place + " was written by a later build of Parley" + versions
                                + "use that build or start with an empty one"));
    }
}
