package io.parley.contract;

/**
 * Everything that is sent over the bus: immutable, so it is passed by reference within a JVM and as JSON between
 * cluster nodes.
 */
public sealed interface Message
        permits AuthMessage,
                LedgerMessage,
                BudgetMessage,
                ContextMessage,
                ExportMessage,
                FactMessage,
                FlowMessage,
                GatewayMessage,
                ApiKeyMessage,
                MetricsMessage,
                Problem,
                ProviderMessage,
                ResponseMessage,
                RunMessage,
                ServerMessage,
                StoreMessage,
                StreamMessage,
                UsageMessage {}
