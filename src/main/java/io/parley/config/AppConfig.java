package io.parley.config;

import java.util.List;

/** All there is to configure, in one tree; each feature is given its own branch. */
public record AppConfig(
        HttpConfig http,
        ManagementConfig management,
        AuthConfig auth,
        StoreConfig store,
        ConversationConfig conversation,
        JournalConfig journal,
        GatewayConfig gateway,
        List<VendorConfig> vendors,
        DemoConfig demo,
        LogConfig log) {
    public AppConfig {
        vendors = List.copyOf(vendors);
    }
}
