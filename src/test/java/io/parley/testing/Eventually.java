package io.parley.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Repeats a check that cannot hold at once until it does, or until a deadline; then fails with what the check said last. */
public final class Eventually {

    /** The deadline of a check that names none; generous, for machines that are busy. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(2);

    /** Throws an {@link AssertionError} while it does not hold; must not block without a limit. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    private Eventually() {}

    /** Wait until {@code check} holds. */
    public static void eventually(Check check) throws Exception {
        eventually(LIMIT, check);
    }

    /** Wait until {@code check} holds, for no longer than {@code limit}. */
    public static void eventually(Duration limit, Check check) throws Exception {
        long begin = System.nanoTime();
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() - begin >= limit.toNanos()) {
                    throw new AssertionError("still not after " + limit + ": " + notYet.getMessage(), notYet);
                }
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("while something was awaited");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
