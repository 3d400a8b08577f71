package io.parley.gateway;

/** How long a prompt is and its answer may be, in tokens, as far as can be said beforehand. */
record Size(long input, long output) {

    long total() {
        return input + output;
    }
}
