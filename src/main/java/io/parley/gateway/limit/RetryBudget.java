package io.parley.gateway.limit;

/** Prevents retry storms of the gateway: within ten seconds, permits retries for a fifth of all its requests, but at least ten. */
public final class RetryBudget {

    private static final int REQUESTS_PER_RETRY = 5;
    private static final int MIN_RETRIES = 10;

    private final SlidingWindowCounter requests = new SlidingWindowCounter();
    private final SlidingWindowCounter retries = new SlidingWindowCounter();

    public void recordRequest(long now) {
        requests.add(now);
    }

    /** Acquires one retry; returns false if the budget is exhausted. */
    public boolean tryAcquire(long now) {
        boolean allowed = retries.count(now) < Math.max(MIN_RETRIES, requests.count(now) / REQUESTS_PER_RETRY);
        if (allowed) {
            retries.add(now);
        }
        return allowed;
    }
}
