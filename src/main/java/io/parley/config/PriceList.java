package io.parley.config;

import io.parley.contract.Price;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Dated prices of models. Never guesses: a model that no entry names has no price. */
public record PriceList(List<Entry> entries) {

    /** No model has a price. */
    public static final PriceList EMPTY = new PriceList(List.of());

    /**
     * One price.
     *
     * @param provider the vendor's name
     * @param model the whole model id, or its beginning when {@code prefix}
     * @param from the first day it holds
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

    /** The price on {@code day}: exact before prefix, longer before shorter, later before earlier. */
    public Optional<Price> price(String provider, String model, LocalDate day) {
        return entries.stream()
                .filter(entry -> entry.matches(provider, model, day))
                .max(Comparator.comparing((Entry entry) -> !entry.prefix())
                        .thenComparingInt(entry -> entry.model().length())
                        .thenComparing(Entry::from))
                .map(Entry::price);
    }
}
