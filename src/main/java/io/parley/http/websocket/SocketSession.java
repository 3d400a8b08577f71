package io.parley.http.websocket;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RequestContext;
import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunSpec;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.http.conversation.DisconnectHandler;
import io.parley.http.conversation.DuoBody;
import io.parley.http.server.DrainState;
import io.parley.http.server.RequestState;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Handles the messages of one socket. Does not know frames or the events of conversations. */
final class SocketSession {

    private static final int MAX_BAD_MESSAGES = 10;

    private final Bus bus;
    private final RequestState request;
    private final SocketWriter writer;
    private final SocketAuth auth;
    private final DrainState drainState;
    private final SocketSubscriptions subscriptions;
    private final Runnable countStart;
    private int badMessages;

    /**
     * @param request that opened the socket
     * @param countStart counts the start of a two-agent conversation; throws when the limit is exceeded
     */
    SocketSession(
            Bus bus,
            RequestState request,
            SocketWriter writer,
            SocketAuth auth,
            DrainState drainState,
            SocketSubscriptions subscriptions,
            Runnable countStart) {
        this.bus = bus;
        this.request = request;
        this.writer = writer;
        this.auth = auth;
        this.drainState = drainState;
        this.subscriptions = subscriptions;
        this.countStart = countStart;
    }

    /** Handles one message; completes when the next one may be handled. */
    Future<Void> handle(Buffer text) {
        Optional<String> id = Optional.empty();
        try {
            SocketMessage.Envelope envelope = SocketMessage.Envelope.parse(text);
            id = envelope.id();
            if (auth.caller().isPresent() || envelope.type().equals("auth")) {
                return serve(envelope.read());
            }
            writer.close(SocketClose.UNAUTHORIZED);
        } catch (ProblemException e) {
            sendError(id, e.problem());
            countBadMessage(e.problem());
        }
        return Future.succeededFuture();
    }

    private Future<Void> serve(SocketMessage message) {
        switch (message) {
            case SocketMessage.Auth credentials -> {
                return auth.authenticate(credentials.token());
            }
            case SocketMessage.Chat chat -> begin(chat);
            case SocketMessage.Attach attach -> attach(attach);
            case SocketMessage.Command command -> command(command);
            case SocketMessage.Stop stop ->
                acknowledge(stop.id(), subscriptions.run(stop.id()).compose(this::stop));
            case SocketMessage.Ping ping -> writer.send(SocketEvents.pong(ping.id()));
        }
        return Future.succeededFuture();
    }

    private void begin(SocketMessage.Chat chat) {
        drainState.rejectIfDraining();
        RunSpec.Chat spec = chat.body().chat();
        StartChat start = new StartChat(origin(), chat.body().contextId(), spec, Optional.empty());
        DisconnectHandler disconnectHandler = new DisconnectHandler(bus, origin(), spec.cancelOnDisconnect());
        subscriptions.open(
                chat.id(),
                disconnectHandler,
                Cursor.START,
                () -> bus.request(Addresses.RUN_START, start)
                        .map(log -> new SocketSubscriptions.ConversationLog(log, false)));
    }

    private void attach(SocketMessage.Attach attach) {
        drainState.rejectIfDraining();
        String user = origin().user();
        DisconnectHandler disconnectHandler = new DisconnectHandler(bus, origin(), false);
        subscriptions.open(
                attach.id(),
                disconnectHandler,
                attach.after(),
                () -> bus.request(Addresses.JOURNAL_ATTACH, new RunMessage.Attach(user, attach.run(), attach.after()))
                        .compose(log -> lookup(user, log)));
    }

    /** Loads the run to determine its kind, which decides the names of its events. */
    private Future<SocketSubscriptions.ConversationLog> lookup(String user, StreamRef log) {
        return bus.request(Addresses.STORE_LOAD_RUN, new LoadRun(Optional.of(user), log.streamId()))
                .map(run -> new SocketSubscriptions.ConversationLog(log, run.spec() instanceof RunSpec.Duo));
    }

    private void command(SocketMessage.Command command) {
        switch (command.command()) {
            case SocketCommand.Stop _ -> acknowledge(command.id(), stop(command.run()));
            case SocketCommand.Apply apply -> acknowledge(command.id(), sendCommand(command.run(), apply.action()));
            case SocketCommand.Fork fork -> fork(command, fork.request());
        }
    }

    private Future<RunMessage.CommandResult> sendCommand(String run, RunMessage.Action action) {
        return bus.request(Addresses.RUN_COMMAND, new RunMessage.Command(origin(), run, Optional.empty(), action));
    }

    private Future<RunMessage.CommandResult> stop(String run) {
        return bus.request(Addresses.RUN_STOP, new RunMessage.Stop(origin(), run, "user"));
    }

    private void fork(SocketMessage.Command command, DuoBody.ForkRequest request) {
        drainState.rejectIfDraining();
        countStart.run();
        RunMessage.Fork fork =
                new RunMessage.Fork(origin(), command.run(), request.atTurn(), request.bots(), Optional.empty());
        bus.request(Addresses.RUN_FORK, fork)
                .onSuccess(log -> writer.send(SocketEvents.forked(command.id(), log.streamId())))
                .onFailure(cause -> sendError(Optional.of(command.id()), Problem.of(cause)));
    }

    private void acknowledge(String id, Future<RunMessage.CommandResult> state) {
        state.onSuccess(result -> writer.send(SocketEvents.ack(id, result.applied())))
                .onFailure(cause -> sendError(Optional.of(id), Problem.of(cause)));
    }

    private void sendError(Optional<String> id, Problem problem) {
        writer.send(SocketEvents.error(id, request.id(), problem));
    }

    /** Closes the socket after too many invalid messages. Other problems, such as a conflict, do not count. */
    private void countBadMessage(Problem problem) {
        boolean invalid = problem instanceof Problem.Malformed || problem instanceof Problem.Invalid;
        if (invalid && ++badMessages >= MAX_BAD_MESSAGES) {
            writer.close(SocketClose.BAD_MESSAGES);
        }
    }

    private RequestContext origin() {
        Caller caller = auth.caller().orElseThrow(() -> new Problem.Unauthorized().toException());
        return new RequestContext(request.id(), caller.user(), Optional.empty(), Optional.empty())
                .withTrace(request.trace());
    }
}
