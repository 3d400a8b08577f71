package io.parley.gateway;

import io.parley.bus.Bus;
import io.parley.bus.Timers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * All that the calls of one gateway share.
 *
 * @param deadline how long a request may wait before its first token, besides for vendors themselves
 * @param taken hears where a call goes
 */
record Desk(
        Bus bus,
        Timers timers,
        LongSupplier nanos,
        Map<String, Target> targets,
        Admission admission,
        Running running,
        Recovery recovery,
        Purse purse,
        Duration deadline,
        Consumer<Candidate> taken) {

    Target target(Candidate candidate) {
        Target target = targets.get(candidate.provider());
        if (target == null) {
            throw new IllegalArgumentException("no target is called " + candidate.provider());
        }
        return target;
    }
}
