package io.parley.http.websocket;

import io.parley.contract.Cursor;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.http.conversation.ChatBody;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import io.parley.json.TextRule;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/** What a client can say on a socket; {@code id} is its own name for a conversation. */
sealed interface SocketMessage {

    TextRule HANDLE = TextRule.matching("[\\x21-\\x7e]{1,64}", "must be 1 to 64 visible ASCII characters");
    TextRule TOKEN = TextRule.matching("[\\x21-\\x7e]{1,8192}", "must be a token");
    TextRule SEQ = TextRule.matching("\\d{1,9}-\\d{1,18}", "must be the seq of an event");

    /** Who I am; never prints itself. */
    record Auth(String token) implements SocketMessage {
        @Override
        public String toString() {
            return "***";
        }
    }

    record Chat(String id, ChatBody body) implements SocketMessage {}

    record Attach(String id, String run, Cursor after) implements SocketMessage {}

    record Command(String id, String run, SocketCommand order) implements SocketMessage {}

    record Stop(String id) implements SocketMessage {}

    record Ping(Optional<String> id) implements SocketMessage {}

    /**
     * A message whose kind and handle are known, so that whatever else is wrong with it can be answered by name.
     *
     * @param id empty when there is none or it is not one
     */
    record Envelope(String type, Optional<String> id, JsonFields fields) {

        static Envelope parse(Buffer text) {
            JsonFields fields = StrictJsonReader.request(text.getBytes());
            return new Envelope(
                    fields.text("type", TextRule.notBlank(1, 64)), fields.optionalText("id", HANDLE), fields);
        }

        SocketMessage read() {
            SocketMessage message = switch (type) {
                case "auth" -> new Auth(fields.text("token", TOKEN));
                case "chat" -> new Chat(handle(), ChatBody.read(fields));
                case "attach" -> new Attach(handle(), fields.text("run", TextRule.ID), after());
                case "command" -> new Command(handle(), fields.text("run", TextRule.ID), SocketCommand.read(fields));
                case "stop" -> new Stop(handle());
                case "ping" -> new Ping(id);
                default -> throw unknownType();
            };
            fields.finish();
            return message;
        }

        private String handle() {
            return fields.text("id", HANDLE);
        }

        private Cursor after() {
            return fields.optionalText("after", SEQ).flatMap(Cursor::parse).orElse(Cursor.START);
        }

        private static RuntimeException unknownType() {
            return new Problem.Invalid(List.of(
                            new Violation("/type", "enum", "must be auth, chat, attach, command, stop or ping")))
                    .toException();
        }
    }
}
