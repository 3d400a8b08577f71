package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Timers;
import io.parley.config.JournalConfig;

/** What every log needs that this node writes. */
record LogContext(Bus bus, Timers timers, JournalConfig config, Clocks clocks) {}
