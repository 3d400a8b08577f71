package io.parley.http;

import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.Order;
import io.parley.json.JsonFields;

/** What a client wants of a two-agent conversation, said over a socket: the command's name, and the fields that belong to it. */
sealed interface SocketCommand {

    /** Tell the conversation something. */
    record Tell(Order order) implements SocketCommand {}

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
            case PAUSE -> new Tell(new RunMessage.Pause());
            case RESUME -> new Tell(new RunMessage.Resume());
            case STEP -> new Tell(new RunMessage.Step());
            case INJECT -> new Tell(DuoBody.inject(fields));
            case PATCH -> new Tell(patch(fields));
            case FORK -> new Fork(DuoBody.branch(fields));
        };
    }

    private static Order patch(JsonFields fields) {
        int index = fields.integer("index", 0, 1);
        return DuoBody.patch(fields, index, fields.optionalInteger("revision", 0, Integer.MAX_VALUE));
    }
}
