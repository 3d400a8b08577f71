package io.parley.http.responses;

import io.parley.contract.ChatMessage;
import io.parley.contract.Thought;
import io.parley.contract.Tools;

/** One item of a request's input, or of the stored responses that the request continues. */
sealed interface InputItem {

    /** A message of any role. */
    record Message(ChatMessage message) implements InputItem {}

    /** Reasoning of the model, which belongs to the items after it. */
    record Reasoning(Thought thought) implements InputItem {}

    /** A tool call of the model. */
    record Call(Tools.Call call) implements InputItem {}

    /** The result of a tool call. */
    record CallOutput(ChatMessage message) implements InputItem {}
}
