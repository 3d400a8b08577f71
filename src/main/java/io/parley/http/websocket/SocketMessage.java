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

/** Parses the messages that a client can send; {@code id} is the client's own name for a conversation. */
sealed interface SocketMessage {

    TextRule ID = TextRule.matching("[\\x21-\\x7e]{1,64}", "must be 1 to 64 visible ASCII characters");
    TextRule TOKEN = TextRule.matching("[\\x21-\\x7e]{1,8192}", "must be 1 to 8192 visible ASCII characters");
    TextRule SEQ = TextRule.matching("\\d{1,9}-\\d{1,18}", "must be the seq of an event, for example 1-42");

    /** Authenticates the socket. Redacts the token in {@link #toString}. */
    record Auth(String token) implements SocketMessage {
        @Override
        public String toString() {
            return "***";
        }
    }

    record Chat(String id, ChatBody body) implements SocketMessage {}

    record Attach(String id, String run, Cursor after) implements SocketMessage {}

    record Command(String id, String run, SocketCommand command) implements SocketMessage {}

    record Stop(String id) implements SocketMessage {}

    record Ping(Optional<String> id) implements SocketMessage {}

    /**
     * A message of which only type and id are parsed, so that errors in its other fields can be reported with the id.
     *
     * @param id empty if missing or invalid
     */
    record Envelope(String type, Optional<String> id, JsonFields fields) {

        static Envelope parse(Buffer text) {
            JsonFields fields = StrictJsonReader.request(text.getBytes());
            return new Envelope(fields.text("type", TextRule.notBlank(1, 64)), fields.optionalText("id", ID), fields);
        }

        SocketMessage read() {
            SocketMessage message = switch (type) {
                case "auth" -> new Auth(fields.text("token", TOKEN));
                case "chat" -> new Chat(requiredId(), ChatBody.read(fields));
                case "attach" -> new Attach(requiredId(), fields.text("run", TextRule.ID), after());
                case "command" ->
                    new Command(requiredId(), fields.text("run", TextRule.ID), SocketCommand.read(fields));
                case "stop" -> new Stop(requiredId());
                case "ping" -> new Ping(id);
                default -> throw unknownType();
            };
            fields.finish();
            return message;
        }

        private String requiredId() {
            return fields.text("id", ID);
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
