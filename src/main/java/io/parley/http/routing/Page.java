package io.parley.http.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.json.Violations;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads which page of a list is requested, and writes a page as JSON. */
public record Page(int limit, Optional<String> after) {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]?|" + MAX_LIMIT);
    private static final Pattern AFTER = Pattern.compile("[A-Za-z0-9._~=-]{1,256}");

    public static Page of(HttpServerRequest request) {
        Violations violations = new Violations();
        Optional<String> limit = Optional.ofNullable(request.getParam("limit"));
        Optional<String> after = Optional.ofNullable(request.getParam("after"));
        if (limit.filter(LIMIT.asMatchPredicate().negate()).isPresent()) {
            violations.add("/limit", "range", "must be from 1 to " + MAX_LIMIT);
        }
        if (after.filter(AFTER.asMatchPredicate().negate()).isPresent()) {
            violations.add("/after", "cursor", "must be the value of next from an earlier page");
        }
        violations.throwIfAny();
        return new Page(limit.map(Integer::parseInt).orElse(DEFAULT_LIMIT), after);
    }

    /** Returns {@code {data, has_more, next}}. */
    public static <T> ObjectNode view(List<T> data, Optional<String> next, Function<T, ? extends JsonNode> row) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode rows = page.putArray("data");
        data.forEach(item -> rows.add(row.apply(item)));
        return page.put("has_more", next.isPresent()).put("next", next.orElse(null));
    }
}
