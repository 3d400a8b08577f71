package io.parley.contract;

import static java.util.Objects.requireNonNullElse;

import io.parley.contract.Problem.Violation;
import java.util.List;
import java.util.Map;

/**
 * A client's request as it came, for providers that speak its format. Such a provider gets the body byte for byte, except for what the
 * gateway must own (the model's name and whether usage is reported), and the client gets the provider's response in the same way.
 * @param body the JSON text of the body, in UTF-8
 * @param headers the request headers that a provider of the format understands, with lower-case names
 * @param stream whether the client asked for a stream
 * @param includeUsage whether the client asked for the usage in the stream; otherwise it is taken out of what the client sees
 * @param choices the number of answers that the client asked for; at least 1
 * @param untranslatable why a provider of another format cannot answer the request; empty if every such provider may
 */
@SuppressWarnings("ArrayRecordComponent") // the body is passed on without a copy, and never compared
public record NativeRequest(
        ApiFormat format,
        byte[] body,
        Map<String, String> headers,
        boolean stream,
        boolean includeUsage,
        int choices,
        List<Violation> untranslatable) {

    public NativeRequest {
        choices = Math.max(1, choices);
        headers = Map.copyOf(requireNonNullElse(headers, Map.of()));
        untranslatable = List.copyOf(requireNonNullElse(untranslatable, List.of()));
    }

    /** Contains neither the body nor the headers. */
    @Override
    public String toString() {
        return "NativeRequest[format=" + format + ", stream=" + stream + "]";
    }
}
