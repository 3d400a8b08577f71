package io.parley.gateway;

import java.util.List;

/** Which of several candidates should be first, second and so on. Knows nothing of failures. */
@FunctionalInterface
interface Preference {

    List<Candidate> order(List<Candidate> candidates, Size size);

    /** This one was taken. */
    default void taken(Candidate candidate) {}
}
