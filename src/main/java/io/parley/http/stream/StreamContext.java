package io.parley.http.stream;

import io.parley.http.server.DrainState;
import io.parley.http.server.SlowClientGuards;

/** Groups the dependencies of every streaming route: the guards against slow clients, the drain state and the open streams. */
public record StreamContext(SlowClientGuards slowClients, DrainState draining, OpenStreamRegistry openStreams) {}
