package io.parley.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Repeats a check until it passes or a deadline ends. After the deadline it fails with the last failure of the check. */
public final class Eventually {

    /** Default deadline; generous, because machines may be busy. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration INTERVAL = Duration.ofMillis(2);

    /** Throws an {@link AssertionError} while the condition does not hold. Must not block without a limit. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    private Eventually() {}

    /** Waits until {@code check} passes. */
    public static void eventually(Check check) throws Exception {
        eventually(LIMIT, check);
    }

    /** Waits until {@code check} passes, for at most {@code limit}. */
    public static void eventually(Duration limit, Check check) throws Exception {
        long begin = System.nanoTime();
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() - begin >= limit.toNanos()) {
                    throw new AssertionError("still failing after " + limit + ": " + notYet.getMessage(), notYet);
                }
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("while something was awaited");
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }
}
