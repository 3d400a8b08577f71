package io.parley.simulator;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a request asks of the model, whatever its format. */
final class SimulatedRequest {

    private String prompt = "";
    private final List<String> files = new ArrayList<>();
    private final List<String> toolResults = new ArrayList<>();
    final Map<String, JsonObject> tools = new LinkedHashMap<>();
    Optional<JsonObject> schema = Optional.empty();
    boolean json;
    boolean thinking;
    /** "auto", "none", "required", or the name of a tool. */
    String toolChoice = "auto";

    boolean parallelCalls = true;

    /** A user turn begins: what came before it no longer matters to the answer. */
    void userTurn() {
        prompt = "";
        files.clear();
        toolResults.clear();
    }

    void text(String text) {
        prompt = prompt.isEmpty() ? text : prompt + "\n" + text;
    }

    void file(String mediaType, byte[] bytes) {
        files.add(mediaType + ", " + bytes.length + " bytes");
    }

    /** Adds a file from a data URL; other URLs are not fetched. */
    void url(String url) {
        int comma = url.indexOf(";base64,");
        if (!url.startsWith("data:") || comma < 0) {
            files.add(url);
            return;
        }
        file(url.substring("data:".length(), comma), base64(url.substring(comma + ";base64,".length())));
    }

    static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw SimulatedError.bad("messages", "The image data is not valid base64.");
        }
    }

    void toolResult(String text) {
        toolResults.add(text);
    }

    String prompt() {
        return prompt;
    }

    List<String> files() {
        return files;
    }

    List<String> toolResults() {
        return toolResults;
    }
}
