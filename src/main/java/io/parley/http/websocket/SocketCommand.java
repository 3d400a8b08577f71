package io.parley.http.websocket;

import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.Action;
import io.parley.http.conversation.DuoBody;
import io.parley.json.JsonFields;

/** Parses a command to a two-agent conversation: its name and the fields of that command. */
sealed interface SocketCommand {

    /** Applies an action to the run. */
    record Apply(Action action) implements SocketCommand {}

    /** Stops the run. */
    record Stop() implements SocketCommand {}

    /** Forks the run. */
    record Fork(DuoBody.ForkRequest request) implements SocketCommand {}

    /** Values of the field {@code command}. */
    enum Name {
        STOP,
        PAUSE,
        RESUME,
        STEP,
        INJECT,
        PATCH,
        FORK
    }

    static SocketCommand read(JsonFields fields) {
        return switch (fields.oneOf("command", Name.class, Name.STOP)) {
            case STOP -> new Stop();
            case PAUSE -> new Apply(new RunMessage.Pause());
            case RESUME -> new Apply(new RunMessage.Resume());
            case STEP -> new Apply(new RunMessage.Step());
            case INJECT -> new Apply(DuoBody.inject(fields));
            case PATCH -> new Apply(patch(fields));
            case FORK -> new Fork(DuoBody.forkRequest(fields));
        };
    }

    private static Action patch(JsonFields fields) {
        int index = fields.integer("index", 0, 1);
        return DuoBody.patch(fields, index, fields.optionalInteger("revision", 0, Integer.MAX_VALUE));
    }
}
