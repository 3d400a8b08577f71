package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One message of a prompt.
 * @param timestamp when it was sent, if known
 * @param toolCalls tool calls of the assistant
 * @param toolResult the tool call that this user message is the result of, if any
 * @param parts the whole content in order, including its texts, if it is more than one text; otherwise empty
 * @param thoughts the reasoning that preceded a message of the assistant
 */
public record ChatMessage(
        Role role,
        String content,
        Optional<Instant> timestamp,
        List<Tools.Call> toolCalls,
        Optional<Tools.Result> toolResult,
        List<ContentPart> parts,
        List<Thought> thoughts) {

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
        parts = List.copyOf(requireNonNullElse(parts, List.of()));
        thoughts = List.copyOf(requireNonNullElse(thoughts, List.of()));
    }

    /** A message of one text. */
    public ChatMessage(
            Role role,
            String content,
            Optional<Instant> timestamp,
            List<Tools.Call> toolCalls,
            Optional<Tools.Result> toolResult) {
        this(role, content, timestamp, toolCalls, toolResult, List.of(), List.of());
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

    /** The same message with this content, whose texts are joined to {@link #content}. A single text is not kept as a part. */
    public ChatMessage withParts(List<ContentPart> newParts) {
        String texts = newParts.stream()
                .filter(ContentPart.Text.class::isInstance)
                .map(part -> ((ContentPart.Text) part).text())
                .collect(Collectors.joining("\n"));
        boolean plain = newParts.stream().allMatch(ContentPart.Text.class::isInstance);
        return new ChatMessage(role, texts, timestamp, toolCalls, toolResult, plain ? List.of() : newParts, thoughts);
    }

    /** The same message after this reasoning. */
    public ChatMessage withThoughts(List<Thought> newThoughts) {
        return new ChatMessage(role, content, timestamp, toolCalls, toolResult, parts, newThoughts);
    }

    /** The same message without its time. */
    public ChatMessage withoutTimestamp() {
        return new ChatMessage(role, content, Optional.empty(), toolCalls, toolResult, parts, thoughts);
    }

    /** The result of a tool call. */
    public static ChatMessage toolResult(Tools.Result toolResult, String content) {
        return new ChatMessage(Role.USER, content, Optional.empty(), List.of(), Optional.of(toolResult));
    }
}
