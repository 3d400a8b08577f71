package io.parley.bus;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Generates ids: a prefix that names the type, and a UUIDv7, so that ids sort by creation time. */
public record Ids(InstantSource clock, RandomGenerator random) {

    public String next(String prefix) {
        long high = (clock.millis() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return prefix + new UUID(high, low);
    }
}
