package io.parley.http;

/** Groups what every route that streams needs: the guard against slow clients, the drain state and the list of open streams. */
record StreamContext(SlowClientGuards slowClients, DrainState draining, OpenStreams openStreams) {}
