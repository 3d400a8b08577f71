package io.parley.persistence.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A bounded blocking queue. Items accepted before it is closed are still delivered. */
final class WorkQueue<T> {

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition available = lock.newCondition();
    private final ArrayDeque<T> items = new ArrayDeque<>();
    private boolean closed;

    WorkQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds {@code work}; {@code false} if the queue is full or closed. */
    boolean offer(T work) {
        lock.lock();
        try {
            if (closed || items.size() >= capacity) {
                return false;
            }
            items.add(work);
            available.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for items and returns up to {@code max} of them; an empty list means closed and drained. */
    List<T> take(int max) {
        lock.lock();
        try {
            while (items.isEmpty() && !closed) {
                available.awaitUninterruptibly();
            }
            List<T> taken = new ArrayList<>();
            while (!items.isEmpty() && taken.size() < max) {
                taken.add(items.poll());
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
            available.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
