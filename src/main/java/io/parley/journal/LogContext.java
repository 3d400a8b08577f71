package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Timers;
import io.parley.config.JournalConfig;

/** Groups the collaborators that all live runs share. */
record LogContext(Bus bus, Timers timers, JournalConfig config, Clocks clocks) {}
