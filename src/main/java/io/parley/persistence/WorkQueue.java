package io.parley.persistence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A bounded blocking queue. Items accepted before it is closed are still delivered. */
final class WorkQueue<T> {

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private boolean closed;

    WorkQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds {@code work}; {@code false} if the queue is full or closed. */
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

    /** Waits for items and returns up to {@code most} of them; an empty list means closed and drained. */
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
