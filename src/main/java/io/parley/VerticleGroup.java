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

    private final List<? extends Deployable> verticles;
    private final Deque<Deployable> deployed = new ArrayDeque<>();

    VerticleGroup(List<? extends Deployable> verticles) {
        this.verticles = List.copyOf(verticles);
    }

    @Override
    public Future<?> deploy(Context context) throws Exception {
        Future<?> opened = Future.succeededFuture();
        for (Deployable verticle : verticles) {
            opened = opened.compose(_ -> deployOne(verticle, context));
        }
        return opened.recover(cause -> undeploy(context).transform(_ -> Future.failedFuture(cause)));
    }

    @Override
    public Future<?> undeploy(Context context) {
        Deployable verticle = deployed.poll();
        return verticle == null
                ? Future.succeededFuture()
                : undeployOne(verticle, context).transform(_ -> undeploy(context));
    }

    private Future<?> deployOne(Deployable verticle, Context context) {
        deployed.push(verticle); // also if it fails: it may have opened resources
        try {
            return verticle.deploy(context);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private static Future<?> undeployOne(Deployable verticle, Context context) {
        try {
            return verticle.undeploy(context);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}
