package io.parley.provider.response;

import io.parley.json.JsonNesting;
import io.parley.provider.codec.SurrogateRepair;
import io.parley.provider.response.Signal.ToolCallPiece;

/** What is known of one tool call while its pieces arrive. The first id and the first name that are not empty count. */
public final class PendingToolCall {

    private static final int NOT_PUBLISHED = -1;

    private final SurrogateRepair surrogates = new SurrogateRepair();
    private final JsonNesting nesting = new JsonNesting();
    private final StringBuilder held = new StringBuilder();
    private String id = "";
    private String name = "";
    private int number = NOT_PUBLISHED;
    private boolean noArguments = true;
    private boolean wholeArguments;
    private boolean ended;

    void add(ToolCallPiece piece) {
        id = id.isEmpty() ? piece.id() : id;
        name = name.isEmpty() ? piece.name().strip() : name;
        held.append(surrogates.repair(piece.arguments()));
        noArguments &= piece.arguments().isBlank();
        for (int at = 0; at < piece.arguments().length(); at++) {
            wholeArguments |= nesting.ends(piece.arguments().charAt(at));
        }
    }

    /** Adds what is missing at the end: empty arguments, unless the call was cut. */
    void end(boolean cut) {
        if (!ended) {
            ended = true;
            held.append(surrogates.flush()).append(noArguments && !cut ? "{}" : "");
        }
    }

    /** Whether the piece, which has the same index or position, is the start of another call. */
    boolean isFollowedBy(ToolCallPiece piece) {
        if (piece.name().isBlank()
                || name.isEmpty()
                || (!id.isEmpty() && piece.id().equals(id))) {
            return false;
        }
        boolean repeated = piece.name().strip().equals(name);
        boolean hasContent = !piece.id().isEmpty() || !piece.arguments().isBlank();
        return !repeated || (wholeArguments && hasContent);
    }

    /** Whether the piece, which has another id and no index, belongs to this call: its id is late, or changes with every piece. */
    boolean acceptsId(ToolCallPiece piece) {
        boolean startsAnother = !piece.name().isBlank() && !name.isEmpty();
        boolean changing = piece.name().isBlank() && !piece.arguments().isEmpty() && !name.isEmpty() && !wholeArguments;
        return id.isEmpty() ? !startsAnother : changing;
    }

    /** Whether the id may be in the next piece. */
    boolean mayStillGetId() {
        return id.isEmpty() && held.isEmpty();
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    boolean isPublished() {
        return number != NOT_PUBLISHED;
    }

    int number() {
        return number;
    }

    void publishAs(int newNumber) {
        number = newNumber;
    }

    /** Removes and returns the arguments that were not published yet. */
    String takeArguments() {
        String arguments = held.toString();
        held.setLength(0);
        return arguments;
    }
}
