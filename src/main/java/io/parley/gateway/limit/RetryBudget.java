package io.parley.gateway.limit;

/** Keeps repetitions from becoming a storm: at most a fifth of the requests of the last ten seconds, but never less than ten. */
public final class RetryBudget {

    private static final int REQUESTS_PER_RETRY = 5;
    private static final int MIN_RETRIES = 10;

    private final SlidingWindowCounter requests = new SlidingWindowCounter();
    private final SlidingWindowCounter retries = new SlidingWindowCounter();

    public void recordRequest(long now) {
        requests.add(now);
    }

    /** Whether one more repetition is affordable; takes it if so. */
    public boolean tryAcquire(long now) {
        boolean allowed = retries.count(now) < Math.max(MIN_RETRIES, requests.count(now) / REQUESTS_PER_RETRY);
        if (allowed) {
            retries.add(now);
        }
        return allowed;
    }
}
