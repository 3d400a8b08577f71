package io.parley.config;

import io.parley.contract.Price;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Holds dated prices of models. Does not guess: a model without an entry has no price. */
public record PriceList(List<Entry> entries) {

    /** A list without entries. */
    public static final PriceList EMPTY = new PriceList(List.of());

    /**
     * The price of a model, or of all models with a prefix.
     *
     * @param provider the provider's name
     * @param model the model id, or its beginning if {@code prefix}
     * @param from the first day on which it applies
     */
    public record Entry(String provider, String model, boolean prefix, LocalDate from, Price price) {

        private boolean matches(String providerName, String modelId, LocalDate day) {
            boolean modelMatches = prefix ? modelId.startsWith(model) : modelId.equals(model);
            return provider.equals(providerName) && modelMatches && !from.isAfter(day);
        }
    }

    public PriceList {
        entries = List.copyOf(entries);
    }

    /**
     * The price on {@code day}. Exact entries precede prefixes, longer prefixes shorter ones, and later dates earlier
     * ones.
     */
    public Optional<Price> price(String provider, String model, LocalDate day) {
        return entries.stream()
                .filter(entry -> entry.matches(provider, model, day))
                .max(Comparator.comparing((Entry entry) -> !entry.prefix())
                        .thenComparingInt(entry -> entry.model().length())
                        .thenComparing(Entry::from))
                .map(Entry::price);
    }
}
