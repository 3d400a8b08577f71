package io.parley.persistence;

import java.util.Optional;

/**
 * A search: which documents, in which order, how many, from where on. Documents with equal values are ordered by id, so that the
 * order is total and a {@link Position} is enough to go on from.
 */
record Query(Filter filter, Order order, int limit, Optional<Position> after) {

    record Order(Field field, boolean descending) {
        static Order up(Field field) {
            return new Order(field, false);
        }

        static Order down(Field field) {
            return new Order(field, true);
        }
    }

    /** A document's place in the order. */
    record Position(Value value, String id) {}

    Query {
        if (limit < 1) {
            throw new IllegalArgumentException("a search for nothing");
        }
        if (filter.range().isPresent() && !filter.range().get().field().equals(order.field())) {
            throw new IllegalArgumentException("range and order are on one field");
        }
    }
}
