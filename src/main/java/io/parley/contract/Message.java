package io.parley.contract;

/** Everything that travels on the bus; immutable, so that it crosses a JVM as the same instance and a cluster as JSON. */
public sealed interface Message
        permits AuthMessage,
                ContextMessage,
                FactMessage,
                FlowMessage,
                GatewayMessage,
                Problem,
                ProviderMessage,
                RunMessage,
                ServerMessage,
                StoreMessage,
                StreamMessage,
                UsageMessage {}
