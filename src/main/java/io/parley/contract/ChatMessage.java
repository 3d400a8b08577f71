package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One message of a prompt.
 * @param at when it was sent, if known
 * @param calls tool calls of the assistant
 * @param result the tool call that this user message is the result of, if any
 */
public record ChatMessage(
        Role role, String content, Optional<Instant> at, List<Tools.Call> calls, Optional<Tools.Result> result) {

    /** The role of the message's author. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }

    public ChatMessage {
        calls = List.copyOf(requireNonNullElse(calls, List.of())); // records stored by earlier versions have none
        result = requireNonNullElse(result, Optional.empty());
    }

    public ChatMessage(Role role, String content, Optional<Instant> at) {
        this(role, content, at, List.of(), Optional.empty());
    }

    public static ChatMessage system(String content) {
        return new ChatMessage(Role.SYSTEM, content, Optional.empty());
    }

    public static ChatMessage user(String content) {
        return new ChatMessage(Role.USER, content, Optional.empty());
    }

    public static ChatMessage assistant(String content) {
        return new ChatMessage(Role.ASSISTANT, content, Optional.empty());
    }

    /** A message of the assistant with tool calls; {@code content} may be empty. */
    public static ChatMessage calling(String content, List<Tools.Call> calls) {
        return new ChatMessage(Role.ASSISTANT, content, Optional.empty(), calls, Optional.empty());
    }

    /** The result of a tool call. */
    public static ChatMessage result(Tools.Result result, String content) {
        return new ChatMessage(Role.USER, content, Optional.empty(), List.of(), Optional.of(result));
    }
}
