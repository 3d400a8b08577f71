package io.parley.config;

/** The port for health and metrics: 0 takes a free one, -1 turns it off. */
public record ManagementConfig(String host, int port) {}
