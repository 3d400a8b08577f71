package io.parley.gateway;

/** Keeps repetitions from becoming a storm: at most a fifth of the requests of the last ten seconds, but never less than ten. */
final class RetryBudget {

    private static final int SHARE = 5;
    private static final int LEAST = 10;

    private final SlidingWindowCounter requests = new SlidingWindowCounter();
    private final SlidingWindowCounter retries = new SlidingWindowCounter();

    void request(long now) {
        requests.add(now);
    }

    /** Whether one more repetition is affordable; takes it if so. */
    boolean take(long now) {
        boolean affordable = retries.count(now) < Math.max(LEAST, requests.count(now) / SHARE);
        if (affordable) {
            retries.add(now);
        }
        return affordable;
    }
}
