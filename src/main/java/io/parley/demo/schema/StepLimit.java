package io.parley.demo.schema;

/** Limits the work for one schema, because the number of its alternatives may grow exponentially with its size. */
final class StepLimit {

    private static final int MAX_STEPS = 50_000;

    private int steps;

    /** Counts one schema that is read. Throws {@link UnsupportedSchema} above the limit. */
    void step() {
        if (++steps > MAX_STEPS) {
            throw new UnsupportedSchema("it is too complex");
        }
    }
}
