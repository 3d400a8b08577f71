package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Timers;
import io.parley.config.JournalConfig;

/**
 * Groups the collaborators that all live runs share.
 *
 * @param keepThinking whether the reasoning of a turn is stored with it
 */
record LogContext(Bus bus, Timers timers, JournalConfig config, Clocks clocks, boolean keepThinking) {}
