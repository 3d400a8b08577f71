package io.parley.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.contract.Problem;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Query.Position;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists documents page by page. A cursor is opaque to clients; it encodes the position of the last document returned. */
public record Paginator(DocumentStore store, DocumentType type, Order order) {

    private static final int MAX_PAGE_SIZE = 1_000;
    private static final Pattern CURSOR = Pattern.compile("([a-z_]+):(-?\\d{1,18}):(.+)");

    /** One page of documents, and the cursor of the next page, if there is one. */
    public record Page(List<Document> data, Optional<String> next) {}

    public Future<Page> page(Filter filter, int limit, Optional<String> after) {
        if (limit < 1 || limit > MAX_PAGE_SIZE) {
            return invalid("/limit", "range", "must be between 1 and " + MAX_PAGE_SIZE);
        }
        Optional<Position> position = after.flatMap(this::position);
        if (after.isPresent() && position.isEmpty()) {
            return invalid("/after", "cursor", "must be a cursor returned by this list");
        }
        return store.find(type, new Query(filter, order, limit + 1, position)).map(found -> toPage(found, limit));
    }

    private Page toPage(List<Document> found, int limit) {
        if (found.size() <= limit) {
            return new Page(found, Optional.empty());
        }
        List<Document> items = found.subList(0, limit);
        return new Page(items, Optional.of(cursor(items.getLast())));
    }

    private String cursor(Document document) {
        String text = type.name() + ":" + document.integer(order.field()) + ":" + document.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private Optional<Position> position(String cursor) {
        try {
            Matcher matcher = CURSOR.matcher(new String(Base64.getUrlDecoder().decode(cursor), UTF_8));
            return matcher.matches() && matcher.group(1).equals(type.name())
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
