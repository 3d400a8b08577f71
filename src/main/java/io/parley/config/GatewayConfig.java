package io.parley.config;

import java.util.Optional;

/** Which vendor answers when nobody says: the first by name, and its own default model unless {@code model} is set. */
public record GatewayConfig(String provider, Optional<String> model) {}
