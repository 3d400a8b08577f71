package io.parley.contract;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a conversation was asked to be; never changes once the run exists. */
public sealed interface Script {

    /**
     * One answer to what the user wrote.
     *
     * @param systemPrompt the context's prompt as it was when the run began
     * @param messages the client's messages, the last from the user
     * @param extractFlows whether tasks are looked for when the answer is there
     * @param cancelOnDisconnect whether the answer is given up when its client leaves
     */
    record Chat(
            String systemPrompt,
            List<Said> messages,
            Choice choice,
            OptionalDouble temperature,
            OptionalInt maxTokens,
            boolean extractFlows,
            boolean cancelOnDisconnect)
            implements Script {
        public Chat {
            messages = List.copyOf(messages);
        }
    }

    /**
     * Two bots who talk to each other, turn by turn; the first to speak is bot 0.
     *
     * @param topic opens the conversation, as the user's words
     * @param contextPrompt the prompt of the context the run was started in, when one was named
     */
    record Duo(String topic, int maxTurns, List<Bot> bots, StopRules stop, Optional<String> contextPrompt)
            implements Script {
        public Duo {
            bots = List.copyOf(bots);
        }
    }

    /** One of the two. {@code prompt} is its system prompt. */
    record Bot(String name, Choice choice, String prompt, OptionalDouble temperature, OptionalInt maxTokens) {}

    /**
     * When to stop before the turns are used up.
     *
     * @param text ends the run when a turn contains it
     * @param regex ends the run when a turn matches it anywhere; RE2 syntax
     * @param maxMicros ends the run as {@code budget} when it has cost as many micro-dollars
     * @param maxSeconds ends the run when it is as old
     */
    record StopRules(Optional<String> text, Optional<String> regex, OptionalLong maxMicros, OptionalLong maxSeconds) {

        /** Nothing but the turns ends it. */
        public static final StopRules NONE =
                new StopRules(Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    }
}
