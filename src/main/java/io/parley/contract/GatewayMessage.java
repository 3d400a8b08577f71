package io.parley.contract;

/** What the gateway can be asked: which vendor, when, how often is its business alone. */
public sealed interface GatewayMessage extends Message {

    /** Get this prompt answered. {@code callId} is made by the asker, so that it can cancel at any time. */
    record Open(String callId, Origin origin, Choice choice, Prompt prompt) implements GatewayMessage {}

    /** The answer has begun and is followed like any log. */
    record Answering(StreamMessage.Opened stream, String provider, String model) implements GatewayMessage {}

    /** Is there such a provider and model? Answered with a {@link Problem.Invalid} if not. */
    record Check(Choice choice) implements GatewayMessage {}

    /** The first choice as things stand. */
    record Checked(String provider, String model) implements GatewayMessage {}
}
