package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Addresses;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.Stop;

/** What happens when a client leaves before its chat has ended: nobody reads on, and the chat is given up if the client wanted that. */
final class DisconnectHandler {

    private final Bus bus;
    private final RequestContext origin;
    private final boolean cancel;
    private Runnable leave = () -> {};
    private boolean left;

    DisconnectHandler(Bus bus, RequestContext origin, boolean cancel) {
        this.bus = bus;
        this.origin = origin;
        this.cancel = cancel;
    }

    /** Which run is left, and who reads it; the client may have gone before there was one. */
    void from(String run, LogReader reader) {
        leave = () -> {
            reader.stop();
            if (cancel) {
                bus.ask(Addresses.RUN_STOP, new Stop(origin, run, "disconnect"));
            }
        };
        if (left) {
            leave.run();
        }
    }

    /** The client has gone. */
    void left() {
        left = true;
        leave.run();
    }
}
