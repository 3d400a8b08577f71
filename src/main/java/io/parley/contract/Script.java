package io.parley.contract;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

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
}
