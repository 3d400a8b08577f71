package io.parley.http;

import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Micro-dollars as clients read them: dollars, exactly. */
final class Money {

    /** More than anybody spends; far below where numbers lose their micros. */
    static final double MOST_USD = 1_000_000_000;

    private Money() {}

    static BigDecimal usd(long micros) {
        BigDecimal dollars = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        return dollars.scale() < 0 ? dollars.setScale(0) : dollars;
    }

    /** Null where there is no limit, or nobody knows. */
    static @Nullable BigDecimal usd(OptionalLong micros) {
        return micros.isPresent() ? usd(micros.getAsLong()) : null;
    }
}
