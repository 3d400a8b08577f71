package io.parley.gateway.routing;

/** How long a prompt is and its answer may be, in tokens, as far as can be said beforehand. */
public record TokenEstimate(long input, long output) {

    public long total() {
        return input + output;
    }
}
