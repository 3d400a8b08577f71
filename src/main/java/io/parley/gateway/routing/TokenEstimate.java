package io.parley.gateway.routing;

/** The estimated number of tokens of a prompt and of its answer. */
public record TokenEstimate(long input, long output) {

    public long total() {
        return input + output;
    }
}
