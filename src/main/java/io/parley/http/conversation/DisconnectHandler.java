package io.parley.http.conversation;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Addresses;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.Stop;

/** What happens when a client leaves before its chat has ended: nobody reads on, and the chat is given up if the client wanted that. */
public final class DisconnectHandler {

    private final Bus bus;
    private final RequestContext requestContext;
    private final boolean cancelRun;
    private Runnable onDisconnect = () -> {};
    private boolean disconnected;

    public DisconnectHandler(Bus bus, RequestContext origin, boolean cancelRun) {
        this.bus = bus;
        this.requestContext = origin;
        this.cancelRun = cancelRun;
    }

    /** Which run is left, and who reads it; the client may have gone before there was one. */
    public void attach(String runId, LogReader reader) {
        onDisconnect = () -> {
            reader.stop();
            if (cancelRun) {
                bus.request(Addresses.RUN_STOP, new Stop(requestContext, runId, "disconnect"));
            }
        };
        if (disconnected) {
            onDisconnect.run();
        }
    }

    /** The client has gone. */
    public void disconnected() {
        disconnected = true;
        onDisconnect.run();
    }
}
