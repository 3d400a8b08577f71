package io.parley.provider.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.provider.response.Signal.ToolCallPiece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Assembles the tool calls of one answer from pieces, which may be interleaved. A piece belongs to the call with its index, else with its
 * id, else to the latest call at its position in the frame. Holds each call back until its name is known, numbers the calls from 0 in the
 * order in which they appear then, and adds missing ids and empty arguments.
 */
public final class ToolCallAssembler {

    private final String seed;
    private final List<PendingToolCall> calls = new ArrayList<>();
    private final Map<Integer, PendingToolCall> byIndex = new HashMap<>();
    private final Map<String, PendingToolCall> byId = new HashMap<>();
    private final Map<Integer, PendingToolCall> byPosition = new HashMap<>();
    private final Set<String> publishedIds = new HashSet<>();
    private int published;

    /** @param seed the seed for ids that the provider does not send */
    public ToolCallAssembler(String seed) {
        this.seed = seed;
    }

    public boolean hasCalls() {
        return !calls.isEmpty();
    }

    /** Whether a call has no name so far. */
    public boolean hasNameless() {
        return calls.stream().anyMatch(call -> call.name().isEmpty());
    }

    /** Adds a piece; returns the event for it, if there is one. */
    public Optional<ToolDelta> add(ToolCallPiece piece) {
        PendingToolCall call = find(piece).orElseGet(this::start);
        if (piece.index() != Signal.NO_INDEX) {
            byIndex.put(piece.index(), call);
        }
        if (!piece.id().isEmpty()) {
            byId.putIfAbsent(piece.id(), call);
        }
        byPosition.put(piece.position(), call);
        call.add(piece);
        return publish(call, false);
    }

    /** Ends the call with this index; returns the event for what is missing of it, if there is one. */
    public Optional<ToolDelta> end(int index) {
        return Optional.ofNullable(byIndex.remove(index)).flatMap(call -> {
            call.end(false);
            return publish(call, true);
        });
    }

    /**
     * Returns the missing parts of all calls that have a name when the answer is complete.
     *
     * @param cut whether the answer was cut, so that arguments may be incomplete
     */
    public List<ToolDelta> remaining(boolean cut) {
        List<ToolDelta> events = new ArrayList<>();
        for (PendingToolCall call : calls) {
            call.end(cut);
            publish(call, true).ifPresent(events::add);
        }
        return events;
    }

    private PendingToolCall start() {
        PendingToolCall call = new PendingToolCall();
        calls.add(call);
        return call;
    }

    private Optional<PendingToolCall> find(ToolCallPiece piece) {
        if (piece.whole()) {
            return Optional.empty();
        }
        Optional<PendingToolCall> indexed = Optional.ofNullable(byIndex.get(piece.index()));
        if (indexed.isPresent()) {
            return indexed.filter(call -> !call.isFollowedBy(piece));
        }
        Optional<PendingToolCall> latest = Optional.ofNullable(byPosition.get(piece.position()));
        if (piece.index() != Signal.NO_INDEX) {
            // an index that is new although the call is not: the provider did not send it before
            boolean continues = byIndex.isEmpty() && piece.name().isEmpty();
            return continues
                    ? byId(piece).or(() -> latest.filter(_ -> piece.id().isEmpty()))
                    : Optional.empty();
        }
        if (piece.id().isEmpty()) {
            return latest.filter(call -> !call.isFollowedBy(piece));
        }
        return byId(piece).or(() -> latest.filter(call -> call.acceptsId(piece)));
    }

    private Optional<PendingToolCall> byId(ToolCallPiece piece) {
        return Optional.ofNullable(byId.get(piece.id()));
    }

    private Optional<ToolDelta> publish(PendingToolCall call, boolean ended) {
        if (call.isPublished()) {
            String arguments = call.takeArguments();
            return arguments.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ToolDelta(call.number(), Optional.empty(), Optional.empty(), arguments));
        }
        if (call.name().isEmpty() || (call.mayStillGetId() && !ended)) {
            return Optional.empty();
        }
        call.publishAs(published++);
        String id = !call.id().isEmpty() && publishedIds.add(call.id()) ? call.id() : generatedId(call.number());
        return Optional.of(
                new ToolDelta(call.number(), Optional.of(id), Optional.of(call.name()), call.takeArguments()));
    }

    private String generatedId(int number) {
        String name =
                UUID.nameUUIDFromBytes((seed + "/" + number).getBytes(UTF_8)).toString();
        return "call_" + name.replace("-", "").substring(8); // some providers accept at most 40 characters
    }
}
