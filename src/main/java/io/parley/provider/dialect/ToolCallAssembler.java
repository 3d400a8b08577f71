package io.parley.provider.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.provider.codec.ProtocolException;
import io.parley.provider.codec.SurrogateRepair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Assembles the tool calls of one stream: numbers them from 0, and adds missing ids and empty arguments. */
public final class ToolCallAssembler {

    private final String seed;
    private final List<Call> calls = new ArrayList<>();
    private final Map<Integer, Call> byKey = new HashMap<>();

    /** @param seed the seed for ids that the provider does not send */
    public ToolCallAssembler(String seed) {
        this.seed = seed;
    }

    public boolean hasCalls() {
        return !calls.isEmpty();
    }

    /** Adds a piece; returns the event for it, if there is one. */
    public Optional<ToolDelta> add(Signal.ToolCallPiece piece) {
        Optional<Call> existing = Optional.ofNullable(byKey.get(piece.key())).filter(call -> continues(piece, call));
        Call call = existing.orElseGet(() -> start(piece));
        String arguments = call.text.repair(piece.arguments());
        call.noArguments &= arguments.isEmpty();
        return existing.isPresent()
                ? piece(call, arguments)
                : Optional.of(new ToolDelta(call.index, Optional.of(call.id), Optional.of(piece.name()), arguments));
    }

    private static boolean continues(Signal.ToolCallPiece piece, Call call) {
        return piece.key() != Signal.COMPLETE_CALL
                && (piece.id().isEmpty() || piece.id().equals(call.id));
    }

    /** Returns the missing parts of all calls when the answer is complete. */
    public List<ToolDelta> remaining() {
        return calls.stream()
                .flatMap(call -> piece(call, call.text.flush() + (call.noArguments ? "{}" : "")).stream())
                .toList();
    }

    private Call start(Signal.ToolCallPiece piece) {
        if (piece.name().isBlank()) {
            throw new ProtocolException("a tool call without a name");
        }
        int index = calls.size();
        Call call = new Call(index, piece.id().isEmpty() ? generatedId(index) : piece.id());
        calls.add(call);
        byKey.put(piece.key(), call);
        return call;
    }

    private static Optional<ToolDelta> piece(Call call, String arguments) {
        return arguments.isEmpty()
                ? Optional.empty()
                : Optional.of(new ToolDelta(call.index, Optional.empty(), Optional.empty(), arguments));
    }

    private String generatedId(int index) {
        String name =
                UUID.nameUUIDFromBytes((seed + "/" + index).getBytes(UTF_8)).toString();
        return "call_" + name.replace("-", "").substring(8); // some providers accept at most 40 characters
    }

    private static final class Call {
        private final int index;
        private final String id;
        private final SurrogateRepair text = new SurrogateRepair();
        private boolean noArguments = true;

        private Call(int index, String id) {
            this.index = index;
            this.id = id;
        }
    }
}
