package io.parley.persistence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A bounded queue between those who have work and the threads that do it. What was taken in before it closed is still handed out. */
final class WorkQueue<T> {

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private boolean closed;

    WorkQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Whether there was room, and it is not closed. */
    boolean offer(T work) {
        lock.lock();
        try {
            if (closed || waiting.size() >= capacity) {
                return false;
            }
            waiting.add(work);
            news.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Wait for work; all of it, at most {@code most}. Empty only when the queue is closed and nothing is left. */
    List<T> take(int most) {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                news.awaitUninterruptibly();
            }
            List<T> taken = new ArrayList<>();
            while (!waiting.isEmpty() && taken.size() < most) {
                taken.add(waiting.poll());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
