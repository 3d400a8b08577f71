package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One message of a prompt.
 * @param timestamp when it was sent, if known
 * @param toolCalls tool calls of the assistant
 * @param toolResult the tool call that this user message is the result of, if any
 */
public record ChatMessage(
        Role role,
        String content,
        Optional<Instant> timestamp,
        List<Tools.Call> toolCalls,
        Optional<Tools.Result> toolResult) {

    /** The role of the message's author. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }

    public ChatMessage {
        toolCalls =
                List.copyOf(requireNonNullElse(toolCalls, List.of())); // records stored by earlier versions have none
        toolResult = requireNonNullElse(toolResult, Optional.empty());
    }

    public ChatMessage(Role role, String content, Optional<Instant> timestamp) {
        this(role, content, timestamp, List.of(), Optional.empty());
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
    public static ChatMessage assistantToolCalls(String content, List<Tools.Call> toolCalls) {
        return new ChatMessage(Role.ASSISTANT, content, Optional.empty(), toolCalls, Optional.empty());
    }

    /** The result of a tool call. */
    public static ChatMessage toolResult(Tools.Result toolResult, String content) {
        return new ChatMessage(Role.USER, content, Optional.empty(), List.of(), Optional.of(toolResult));
    }
}
