package io.parley.http.anthropic;

import io.parley.contract.Problem;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Lists the supported values of {@code anthropic-version} and whether each allows sampling parameters. */
enum AnthropicVersion {
    FIRST("2023-06-01", true),
    SECOND("2026-10-21", false);

    private static final String HEADER = "anthropic-version";

    private final String wire;
    private final boolean supportsSampling;

    AnthropicVersion(String wire, boolean supportsSampling) {
        this.wire = wire;
        this.supportsSampling = supportsSampling;
    }

    /** Returns the version in the request header; {@link #FIRST}, the least strict, if there is no header. */
    static AnthropicVersion of(HttpServerRequest request) {
        Optional<String> header = Optional.ofNullable(request.getHeader(HEADER));
        return header.map(AnthropicVersion::parse).orElse(FIRST);
    }

    private static AnthropicVersion parse(String text) {
        return Arrays.stream(values())
                .filter(version -> version.wire.equals(text.strip()))
                .findFirst()
                .orElseThrow(() ->
                        new Problem.Malformed("invalid_version", HEADER + ": must be one of " + names()).toException());
    }

    String wire() {
        return wire;
    }

    boolean supportsSampling() {
        return supportsSampling;
    }

    private static String names() {
        return Arrays.stream(values()).map(AnthropicVersion::wire).collect(Collectors.joining(", "));
    }
}
