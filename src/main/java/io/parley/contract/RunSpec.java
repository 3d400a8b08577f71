package io.parley.contract;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The specification of a conversation; immutable once the run exists. */
public sealed interface RunSpec {

    /** Whether the client asked for the reasoning of the model. */
    boolean thinking();

    /**
     * A chat: one answer to the user's messages.
     * @param systemPrompt the context's system prompt at the start of the run
     * @param messages messages of the client, the last one from the user
     * @param extractFlows whether flows are extracted after the answer
     * @param cancelOnDisconnect whether the run is cancelled when its client disconnects
     * @param thinking whether the model is asked to reason, and its reasoning is part of the log
     */
    record Chat(
            String systemPrompt,
            List<ChatMessage> messages,
            ModelSelection selection,
            OptionalDouble temperature,
            OptionalInt maxTokens,
            boolean extractFlows,
            boolean cancelOnDisconnect,
            boolean thinking)
            implements RunSpec {
        public Chat {
            messages = List.copyOf(messages);
        }

        /** Without reasoning. */
        public Chat(
                String systemPrompt,
                List<ChatMessage> messages,
                ModelSelection selection,
                OptionalDouble temperature,
                OptionalInt maxTokens,
                boolean extractFlows,
                boolean cancelOnDisconnect) {
            this(systemPrompt, messages, selection, temperature, maxTokens, extractFlows, cancelOnDisconnect, false);
        }
    }

    /**
     * A conversation of two bots that take turns; bot 0 speaks first.
     * @param topic first message, in the role of the user
     * @param contextPrompt system prompt of the context, if the run was started in a named one
     * @param thinking whether both bots are asked to reason, and their reasoning is part of the log
     */
    record Duo(
            String topic,
            int maxTurns,
            List<Bot> bots,
            StopRules stopRules,
            Optional<String> contextPrompt,
            boolean thinking)
            implements RunSpec {
        public Duo {
            bots = List.copyOf(bots);
        }

        /** Without reasoning. */
        public Duo(String topic, int maxTurns, List<Bot> bots, StopRules stopRules, Optional<String> contextPrompt) {
            this(topic, maxTurns, bots, stopRules, contextPrompt, false);
        }
    }

    /** One of the two bots. {@code prompt} is its system prompt. */
    record Bot(
            String name, ModelSelection selection, String prompt, OptionalDouble temperature, OptionalInt maxTokens) {}

    /**
     * Rules that end a conversation before its maximum number of turns.
     * @param text ends the run when a turn contains it
     * @param regex ends the run when it matches anywhere in a turn; RE2 syntax
     * @param maxMicros ends the run with status {@code budget} when its cost reaches this many micro-dollars
     * @param maxSeconds ends the run at this age, in seconds
     */
    record StopRules(Optional<String> text, Optional<String> regex, OptionalLong maxMicros, OptionalLong maxSeconds) {

        /** No rule but the maximum number of turns. */
        public static final StopRules NONE =
                new StopRules(Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    }
}
