package io.parley.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.contract.Message;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Encodes messages of the bus: passes the same immutable record within a JVM, and a type tag with JSON between
 * cluster nodes.
 */
final class WireCodec implements MessageCodec<Message, Message> {

    static final String NAME = "parley";

    private static final Map<String, Class<?>> TYPES = ContractJson.recordTypes(Message.class)
            .collect(Collectors.toUnmodifiableMap(WireCodec::tag, Function.identity()));

    private final JsonMapper json;

    WireCodec(JsonMapper json) {
        this.json = json;
    }

    @Override
    public void encodeToWire(Buffer out, Message message) {
        try {
            byte[] tag = tag(message.getClass()).getBytes(UTF_8);
            byte[] body = json.writeValueAsBytes(message);
            out.appendInt(tag.length).appendBytes(tag).appendInt(body.length).appendBytes(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Message decodeFromWire(int position, Buffer in) {
        int tagEnd = position + 4 + in.getInt(position);
        String tag = in.getString(position + 4, tagEnd);
        Class<?> type = TYPES.get(tag);
        if (type == null) {
            throw new IllegalArgumentException("unknown message type: " + tag);
        }
        try {
            return (Message) json.readValue(in.getBytes(tagEnd + 4, tagEnd + 4 + in.getInt(tagEnd)), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Message transform(Message message) {
        return message; // records are immutable, so no copy is needed
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }

    /**
     * The type tag, for example {@code RunMessage.Run}. Does not contain the package, so it stays stable when a class
     * moves.
     */
    private static String tag(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1);
    }
}
