package io.parley.contract;

/** Everything that travels on the bus; immutable, so that it crosses a JVM as the same instance and a cluster as JSON. */
public sealed interface Message
        permits AuthMessage,
                BooksMessage,
                BudgetMessage,
                ContextMessage,
                ExportMessage,
                FactMessage,
                FlowMessage,
                GatewayMessage,
                KeyMessage,
                MetricsMessage,
                Problem,
                ProviderMessage,
                RunMessage,
                ServerMessage,
                StoreMessage,
                StreamMessage,
                UsageMessage {}
