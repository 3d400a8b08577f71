package io.parley.persistence;

import java.util.Optional;

/**
 * A query: filter, order, limit and start position. Documents with equal values are ordered by id, so that the order is total and a
 * {@link Position} is enough to continue from.
 */
record Query(Filter filter, Order order, int limit, Optional<Position> after) {

    record Order(Field field, boolean descending) {
        static Order ascendingBy(Field field) {
            return new Order(field, false);
        }

        static Order descendingBy(Field field) {
            return new Order(field, true);
        }
    }

    /** The position of a document in the order. */
    record Position(Value value, String id) {}

    Query {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1");
        }
        if (filter.range().isPresent() && !filter.range().get().field().equals(order.field())) {
            throw new IllegalArgumentException("range and order must use the same field");
        }
    }
}
