package io.parley.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** What every client asks, and the answers of the simulated model to it. */
final class FeatureQuestions {

    static final String PROMPT = "Say hello in Köln 👋";
    static final String ANSWER = "You said: " + PROMPT;
    static final String WEATHER = "What is the weather in Paris and in Rome?";
    static final String WEATHER_ANSWER = "The results: sunny; rainy";
    static final String PLACE = "Where is the Eiffel Tower? Answer in JSON.";
    static final String PICTURE = "What is in the picture?";
    static final String PICTURE_ANSWER = "I see image/png, 68 bytes";
    static final String THOUGHTS = "The user wants an answer.";
    static final Map<String, Object> WEATHER_SCHEMA = Map.of(
            "type",
            "object",
            "properties",
            Map.of("city", Map.of("type", "string")),
            "required",
            List.of("city"),
            "additionalProperties",
            false);
    static final Map<String, Object> PLACE_SCHEMA = Map.of(
            "type",
            "object",
            "properties",
            Map.of("city", Map.of("type", "string"), "population", Map.of("type", "integer")),
            "required",
            List.of("city", "population"),
            "additionalProperties",
            false);
    static final String LIMITED = "Please fail with 429.";
    static final List<String> TEXTS = List.of("ab", "abc");
    static final int INPUT_TOKENS = 20;
    static final int OUTPUT_TOKENS = 7;
    static final String KEY = "any";
    static final String UNKNOWN_KEY = "sk-parley-unknown";

    /** A picture of one pixel. */
    static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII=";

    static final String PNG_URL = "data:image/png;base64," + PNG;

    private static final Map<String, String> RESULTS = Map.of("Paris", "sunny", "Rome", "rainy");
    private static final int DIMENSIONS = 8;

    private FeatureQuestions() {}

    /** Returns what the tool "weather" returns for these arguments. */
    static String weather(String arguments) {
        return RESULTS.getOrDefault(new JsonObject(arguments).getString("city"), "unknown city");
    }

    /** Checks the structured answer to {@link #PLACE}. */
    static void assertPlace(String json) {
        assertThat(new JsonObject(json))
                .isEqualTo(new JsonObject().put("city", "Paris").put("population", 1));
    }

    /** Checks the embeddings of {@link #TEXTS}. */
    static void assertEmbeddings(List<? extends List<Float>> vectors) {
        assertThat(vectors)
                .hasSize(TEXTS.size())
                .allSatisfy(vector -> assertThat(vector).hasSize(DIMENSIONS));
        assertThat(vectors.getFirst().getFirst()).isEqualTo(0.02f);
        assertThat(vectors.getLast().getFirst()).isEqualTo(0.03f);
    }

    static void assertUsage(long input, long output) {
        assertThat(List.of(input, output)).as("input and output tokens").containsExactly((long) INPUT_TOKENS, (long)
                OUTPUT_TOKENS);
    }
}
