package io.parley.provider;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import java.time.Duration;
import java.util.Optional;

/** What a vendor did, and its own words for it; the words are for the log alone. */
record Failure(Fault fault, Optional<Duration> pause, String words) {

    Failure(Fault fault, String words) {
        this(fault, Optional.empty(), words);
    }

    /** As it may be told to others: without the words. */
    Problem of(String vendor) {
        return new Problem.VendorFailed(vendor, fault, pause);
    }
}
