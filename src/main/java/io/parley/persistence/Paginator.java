package io.parley.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.Problem;
import io.parley.persistence.Query.Order;
import io.parley.persistence.Query.Position;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists documents page by page. A cursor is opaque to clients; it encodes the position of the last document returned. */
record Paginator(DocumentStore store, DocumentType kind, Order order) {

    private static final int MOST = 1_000;
    private static final Pattern PLACE = Pattern.compile("([a-z_]+):(-?\\d{1,18}):(.+)");

    /** One page of documents, and the cursor of the next page, if there is one. */
    record Page(List<Document> data, Optional<String> next) {}

    Future<Page> page(Filter filter, int limit, Optional<String> after) {
        if (limit < 1 || limit > MOST) {
            return invalid("/limit", "range", "must be between 1 and " + MOST);
        }
        Optional<Position> place = after.flatMap(this::place);
        if (after.isPresent() && place.isEmpty()) {
            return invalid("/after", "cursor", "must be a cursor returned by this list");
        }
        return store.find(kind, new Query(filter, order, limit + 1, place)).map(found -> cut(found, limit));
    }

    private Page cut(List<Document> found, int limit) {
        if (found.size() <= limit) {
            return new Page(found, Optional.empty());
        }
        List<Document> shown = found.subList(0, limit);
        return new Page(shown, Optional.of(cursor(shown.getLast())));
    }

    private String cursor(Document document) {
        String place = kind.name() + ":" + document.whole(order.field()) + ":" + document.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(UTF_8));
    }

    private Optional<Position> place(String cursor) {
        try {
            Matcher matcher = PLACE.matcher(new String(Base64.getUrlDecoder().decode(cursor), UTF_8));
            return matcher.matches() && matcher.group(1).equals(kind.name())
                    ? Optional.of(new Position(Value.of(Long.parseLong(matcher.group(2))), matcher.group(3)))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // not Base64
        }
    }

    private static Future<Page> invalid(String pointer, String rule, String message) {
        return Future.failedFuture(
                new Problem.Invalid(List.of(new Problem.Violation(pointer, rule, message))).toException());
    }
}
