package io.parley.http.stream;

import io.parley.http.server.DrainState;
import io.parley.http.server.SlowClientGuards;

/** Groups what every route that streams needs: the guard against slow clients, the drain state and the list of open streams. */
public record StreamContext(SlowClientGuards slowClients, DrainState draining, OpenStreams openStreams) {}
