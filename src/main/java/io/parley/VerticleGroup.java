package io.parley;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Deploys several verticles on one event loop, so that messages between them need no thread switch. Undeploys them in
 * reverse order.
 */
final class VerticleGroup implements Deployable {

    private final List<? extends Deployable> rooms;
    private final Deque<Deployable> open = new ArrayDeque<>();

    VerticleGroup(List<? extends Deployable> rooms) {
        this.rooms = List.copyOf(rooms);
    }

    @Override
    public Future<?> deploy(Context context) throws Exception {
        Future<?> opened = Future.succeededFuture();
        for (Deployable room : rooms) {
            opened = opened.compose(_ -> open(room, context));
        }
        return opened.recover(cause -> undeploy(context).transform(_ -> Future.failedFuture(cause)));
    }

    @Override
    public Future<?> undeploy(Context context) {
        Deployable room = open.poll();
        return room == null ? Future.succeededFuture() : closed(room, context).transform(_ -> undeploy(context));
    }

    private Future<?> open(Deployable room, Context context) {
        open.push(room); // also if it fails: it may have opened resources
        try {
            return room.deploy(context);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private static Future<?> closed(Deployable room, Context context) {
        try {
            return room.undeploy(context);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}
