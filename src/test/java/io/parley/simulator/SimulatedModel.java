package io.parley.simulator;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model without intelligence. Its rules, in this order: "fail with 429" fails with that status; results of tools are repeated; a
 * prompt with the word "weather" calls the tools, once for each "in City"; a schema is followed; files are described by type and
 * size; anything else is repeated.
 */
final class SimulatedModel {

    private static final Pattern FAILURE = Pattern.compile("fail with (\\d{3})");
    private static final Pattern CITY = Pattern.compile("\\bin (\\p{Lu}\\p{Ll}+)");

    private final AtomicLong numbers = new AtomicLong();

    /** Returns an id that was not used before. */
    String id() {
        return "%08d".formatted(numbers.incrementAndGet());
    }

    SimulatedAnswer answer(SimulatedRequest request) {
        failure(request.prompt());
        String thoughts = request.thinking ? "The user wants an answer." : "";
        List<SimulatedAnswer.Call> calls = request.toolResults().isEmpty() ? calls(request) : List.of();
        return new SimulatedAnswer(thoughts, calls.isEmpty() ? text(request) : "", calls);
    }

    private static void failure(String prompt) {
        Matcher failure = FAILURE.matcher(prompt);
        if (failure.find()) {
            int status = Integer.parseInt(failure.group(1));
            throw new SimulatedError(status, status == 429 ? "rate_limit_exceeded" : "", "", "Simulated failure.");
        }
    }

    private List<SimulatedAnswer.Call> calls(SimulatedRequest request) {
        boolean forced = !List.of("auto", "none").contains(request.toolChoice);
        boolean useful = request.toolChoice.equals("auto") && request.prompt().contains("weather");
        if (request.tools.isEmpty() || !(forced || useful)) {
            return List.of();
        }
        String name = request.tools.containsKey(request.toolChoice)
                ? request.toolChoice
                : request.tools.keySet().iterator().next();
        JsonObject arguments = SchemaSample.object(request.tools.get(name));
        List<String> cities = CITY.matcher(request.prompt())
                .results()
                .map(MatchResult::group)
                .map(text -> text.substring("in ".length()))
                .toList();
        List<SimulatedAnswer.Call> calls = new ArrayList<>();
        for (String city : cities) {
            if (arguments.containsKey("city") && (calls.isEmpty() || request.parallelCalls)) {
                calls.add(new SimulatedAnswer.Call(id(), name, arguments.copy().put("city", city)));
            }
        }
        return calls.isEmpty() ? List.of(new SimulatedAnswer.Call(id(), name, arguments)) : calls;
    }

    private static String text(SimulatedRequest request) {
        if (request.schema.isPresent()) {
            return SchemaSample.of(request.schema.get()).toString();
        }
        if (request.json) {
            return "{\"city\":\"Paris\",\"population\":1}";
        }
        if (!request.toolResults().isEmpty()) {
            return "The results: " + String.join("; ", request.toolResults());
        }
        if (!request.files().isEmpty()) {
            return "I see " + String.join("; ", request.files());
        }
        return "You said: " + request.prompt();
    }
}
