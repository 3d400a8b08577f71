package io.parley.provider.profile;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Remembers for each model which options the provider has refused, so that they are not sent again. Forgets the models not used longest. */
public final class RefusedOptions {

    private static final int MAX_MODELS = 256;

    private final Map<String, Set<RefusableOption>> byModel = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<RefusableOption>> eldest) {
            return size() > MAX_MODELS;
        }
    };

    /** What {@code model} has refused so far. */
    public Set<RefusableOption> of(String model) {
        return Set.copyOf(byModel.getOrDefault(model, Set.of()));
    }

    /** Remembers that {@code model} does not accept these options. */
    public void add(String model, Set<RefusableOption> refused) {
        if (!refused.isEmpty()) {
            byModel.computeIfAbsent(model, _ -> EnumSet.noneOf(RefusableOption.class))
                    .addAll(refused);
        }
    }
}
