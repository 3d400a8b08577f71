package io.parley.http.websocket;

import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.Action;
import io.parley.http.conversation.DuoBody;
import io.parley.json.JsonFields;

/** What a client wants of a two-agent conversation, said over a socket: the command's name, and the fields that belong to it. */
sealed interface SocketCommand {

    /** Tell the conversation something. */
    record Apply(Action order) implements SocketCommand {}

    /** Give it up. */
    record Stop() implements SocketCommand {}

    /** Begin another that shares its past. */
    record Fork(DuoBody.Branch branch) implements SocketCommand {}

    /** The names under which they are said. */
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
            case FORK -> new Fork(DuoBody.branch(fields));
        };
    }

    private static Action patch(JsonFields fields) {
        int index = fields.integer("index", 0, 1);
        return DuoBody.patch(fields, index, fields.optionalInteger("revision", 0, Integer.MAX_VALUE));
    }
}
