package io.parley.http;

import io.parley.contract.RunMessage;
import io.parley.contract.RunMessage.Order;
import java.util.OptionalInt;

/** What a client says over a socket to steer a two-agent conversation: the order's name, and the fields that belong to it. */
final class Orders {

    private enum Name {
        PAUSE,
        RESUME,
        STEP,
        INJECT,
        PATCH
    }

    private Orders() {}

    static Order read(Fields fields) {
        return switch (fields.word("command", Name.class, Name.PAUSE)) {
            case PAUSE -> new RunMessage.Pause();
            case RESUME -> new RunMessage.Resume();
            case STEP -> new RunMessage.Step();
            case INJECT -> DuoBody.inject(fields);
            case PATCH -> patch(fields);
        };
    }

    private static Order patch(Fields fields) {
        fields.check("index", fields.has("index"), "required", "must be given");
        OptionalInt index = fields.maybeInt("index", 0, 1);
        return DuoBody.patch(fields, index.orElse(0), fields.maybeInt("revision", 0, Integer.MAX_VALUE));
    }
}
