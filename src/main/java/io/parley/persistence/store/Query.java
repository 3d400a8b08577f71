package io.parley.persistence.store;

import java.util.Optional;

/**
 * A query: filter, order, limit and start position. Documents with equal values are ordered by id, so that the order is
 * total and a {@link Position} is sufficient to continue.
 */
public record Query(Filter filter, Order order, int limit, Optional<Position> after) {

    public record Order(Field field, boolean descending) {
        public static Order ascendingBy(Field field) {
            return new Order(field, false);
        }

        public static Order descendingBy(Field field) {
            return new Order(field, true);
        }
    }

    /** The position of a document in the order. */
    public record Position(Value value, String id) {}

    public Query {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1");
        }
        if (filter.range().isPresent() && !filter.range().get().field().equals(order.field())) {
            throw new IllegalArgumentException("range and order must use the same field");
        }
    }
}
