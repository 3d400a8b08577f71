package io.parley.contract;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Maps enum constants to the names that stand for them in JSON, addresses and metrics: the constant in lower case, unless
 * its type is {@link Named}.
 */
public final class WireName {

    /** An enum whose constants have explicit names, so that a constant can be renamed. */
    public interface Named {

        String wireName();
    }

    private WireName() {}

    /** The name of {@code constant}, for example {@code in_progress}. */
    public static String of(Enum<?> constant) {
        return constant instanceof Named named
                ? named.wireName()
                : constant.name().toLowerCase(Locale.ROOT);
    }

    /** The names of all constants of {@code type}, in their order. */
    public static <E extends Enum<E>> List<String> all(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(WireName::of).toList();
    }

    /** The constant of {@code type} whose name is exactly {@code name}; empty if no constant matches. */
    public static <E extends Enum<E>> Optional<E> parse(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(name))
                .findFirst();
    }
}
