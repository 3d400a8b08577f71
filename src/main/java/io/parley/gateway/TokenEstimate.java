package io.parley.gateway;

/** How long a prompt is and its answer may be, in tokens, as far as can be said beforehand. */
record TokenEstimate(long input, long output) {

    long total() {
        return input + output;
    }
}
