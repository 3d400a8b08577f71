package io.parley.http.conversation;

import io.parley.bus.Bus;
import io.parley.bus.LogReader;
import io.parley.contract.Addresses;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage.Stop;

/** Stops reading a run's log when the client disconnects before its end, and cancels the run if the client requested that. */
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

    /** Sets the run and its reader. Acts at once if the client disconnected before the run was opened. */
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

    /** Called when the client has disconnected. */
    public void disconnected() {
        disconnected = true;
        onDisconnect.run();
    }
}
