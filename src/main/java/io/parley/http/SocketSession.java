package io.parley.http;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Cursor;
import io.parley.contract.RequestContext;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunSpec;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.contract.StreamMessage.StreamRef;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** What one client wants over one socket, message by message. Knows nothing of frames, nor of what its conversations say. */
final class SocketSession {

    private static final int MOST_BAD_MESSAGES = 10;

    private final Bus bus;
    private final RequestState request;
    private final SocketWriter out;
    private final SocketAuth auth;
    private final DrainState draining;
    private final SocketSubscriptions handles;
    private final Runnable starts;
    private int badMessages;

    /**
     * @param request that opened the socket
     * @param starts counts the start of a two-agent conversation, and fails when there are too many
     */
    SocketSession(
            Bus bus,
            RequestState request,
            SocketWriter out,
            SocketAuth auth,
            DrainState draining,
            SocketSubscriptions handles,
            Runnable starts) {
        this.bus = bus;
        this.request = request;
        this.out = out;
        this.auth = auth;
        this.draining = draining;
        this.handles = handles;
        this.starts = starts;
    }

    /** Serves one message; completes when the next may be looked at. */
    Future<Void> take(Buffer text) {
        Optional<String> id = Optional.empty();
        try {
            SocketMessage.Envelope envelope = SocketMessage.Envelope.open(text);
            id = envelope.id();
            if (auth.caller().isPresent() || envelope.type().equals("auth")) {
                return serve(envelope.read());
            }
            out.close(SocketClose.UNAUTHORIZED);
        } catch (ProblemException e) {
            refuse(id, e.problem());
            countBad(e.problem());
        }
        return Future.succeededFuture();
    }

    private Future<Void> serve(SocketMessage message) {
        switch (message) {
            case SocketMessage.Auth shown -> {
                return auth.show(shown.token());
            }
            case SocketMessage.Chat chat -> begin(chat);
            case SocketMessage.Attach attach -> attach(attach);
            case SocketMessage.Command command -> command(command);
            case SocketMessage.Stop stop ->
                answer(stop.id(), handles.run(stop.id()).compose(this::stopped));
            case SocketMessage.Ping ping -> out.say(SocketEvents.pong(ping.id()));
        }
        return Future.succeededFuture();
    }

    private void begin(SocketMessage.Chat chat) {
        draining.refuse();
        RunSpec.Chat script = chat.body().chat();
        StartChat start = new StartChat(origin(), chat.body().contextId(), script, Optional.empty());
        DisconnectHandler departure = new DisconnectHandler(bus, origin(), script.cancelOnDisconnect());
        handles.open(
                chat.id(),
                departure,
                Cursor.START,
                () -> bus.ask(Addresses.RUN_START, start).map(log -> new SocketSubscriptions.ConversationLog(log, false)));
    }

    private void attach(SocketMessage.Attach attach) {
        draining.refuse();
        String user = origin().user();
        DisconnectHandler departure = new DisconnectHandler(bus, origin(), false);
        handles.open(
                attach.id(),
                departure,
                attach.after(),
                () -> bus.ask(Addresses.JOURNAL_ATTACH, new RunMessage.Attach(user, attach.run(), attach.after()))
                        .compose(log -> found(user, log)));
    }

    /** Which kind of conversation it is decides how its events are called. */
    private Future<SocketSubscriptions.ConversationLog> found(String user, StreamRef log) {
        return bus.ask(Addresses.STORE_LOAD_RUN, new LoadRun(Optional.of(user), log.streamId()))
                .map(run -> new SocketSubscriptions.ConversationLog(log, run.script() instanceof RunSpec.Duo));
    }

    private void command(SocketMessage.Command command) {
        switch (command.order()) {
            case SocketCommand.Stop _ -> answer(command.id(), stopped(command.run()));
            case SocketCommand.Apply tell -> answer(command.id(), told(command.run(), tell.order()));
            case SocketCommand.Fork fork -> fork(command, fork.branch());
        }
    }

    private Future<RunMessage.CommandResult> told(String run, RunMessage.Action order) {
        return bus.ask(Addresses.RUN_COMMAND, new RunMessage.Command(origin(), run, Optional.empty(), order));
    }

    private Future<RunMessage.CommandResult> stopped(String run) {
        return bus.ask(Addresses.RUN_STOP, new RunMessage.Stop(origin(), run, "user"));
    }

    private void fork(SocketMessage.Command command, DuoBody.Branch branch) {
        draining.refuse();
        starts.run();
        RunMessage.Fork fork =
                new RunMessage.Fork(origin(), command.run(), branch.atTurn(), branch.bots(), Optional.empty());
        bus.ask(Addresses.RUN_FORK, fork)
                .onSuccess(log -> out.say(SocketEvents.forked(command.id(), log.streamId())))
                .onFailure(cause -> refuse(Optional.of(command.id()), Problem.of(cause)));
    }

    private void answer(String id, Future<RunMessage.CommandResult> state) {
        state.onSuccess(now -> out.say(SocketEvents.ack(id, now.applied())))
                .onFailure(cause -> refuse(Optional.of(id), Problem.of(cause)));
    }

    private void refuse(Optional<String> id, Problem problem) {
        out.say(SocketEvents.refusal(id, request.id(), problem));
    }

    /** Whoever cannot write messages shall not go on for ever; being refused something is nobody's fault. */
    private void countBad(Problem problem) {
        boolean bad = problem instanceof Problem.Malformed || problem instanceof Problem.Invalid;
        if (bad && ++badMessages >= MOST_BAD_MESSAGES) {
            out.close(SocketClose.BAD_MESSAGES);
        }
    }

    private RequestContext origin() {
        Caller caller = auth.caller().orElseThrow(() -> new Problem.Unauthorized().toException());
        return new RequestContext(request.id(), caller.user(), Optional.empty(), Optional.empty()).at(request.trace());
    }
}
