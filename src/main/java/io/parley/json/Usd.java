package io.parley.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Converts between micro-dollars, in which Parley counts, and dollars, in which clients read and write amounts. */
public final class Usd {

    /** The maximum amount that is accepted, far below where a double loses micro-dollars. */
    public static final double MAX = 1_000_000_000;

    private static final int MICRO_DIGITS = 6;

    private Usd() {}

    /** {@code micros} as dollars, without trailing zeros. */
    public static BigDecimal ofMicros(long micros) {
        BigDecimal dollars = BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros();
        return dollars.scale() < 0 ? dollars.setScale(0) : dollars;
    }

    /** {@code micros} as dollars; {@code null}, for a JSON field, if there is no limit or no known cost. */
    public static @Nullable BigDecimal ofMicros(OptionalLong micros) {
        return micros.isPresent() ? ofMicros(micros.getAsLong()) : null;
    }

    /** Puts the field {@code name} if {@code micros} are known, and leaves it out otherwise. */
    public static void putIfKnown(ObjectNode object, String name, OptionalLong micros) {
        micros.ifPresent(known -> object.put(name, ofMicros(known)));
    }

    /** Whether {@code dollars} have no more than six decimals. */
    static boolean isExact(BigDecimal dollars) {
        return dollars.stripTrailingZeros().scale() <= MICRO_DIGITS;
    }

    /** {@code dollars} as micro-dollars, rounded to the nearest. */
    static long toMicros(double dollars) {
        return Math.round(dollars * 1_000_000);
    }
}
