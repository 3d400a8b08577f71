package io.parley.config;

import static java.util.stream.Collectors.groupingBy;

import io.parley.config.PriceList.Entry;
import io.parley.config.PriceList.Match;
import io.parley.contract.Price;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Indexes the prices of one provider by model id. */
final class ProviderPrices {

    private static final Pattern DATE = Pattern.compile("[-@](?:20\\d{6}|20\\d{2}-\\d{2}-\\d{2})$");
    private static final Comparator<Entry> LATEST_FIRST =
            Comparator.comparing(Entry::from).reversed();
    private static final Comparator<Entry> BY_LENGTH_DESCENDING =
            Comparator.comparingInt((Entry entry) -> entry.model().length()).reversed();

    private final Map<String, List<Entry>> exact;
    private final Map<String, List<Entry>> dated;
    private final List<Entry> prefixes;

    ProviderPrices(List<Entry> entries) {
        this.exact = byModel(entries, Match.EXACT);
        this.dated = byModel(entries, Match.DATED);
        this.prefixes = entries.stream()
                .filter(entry -> entry.match() == Match.PREFIX)
                .sorted(BY_LENGTH_DESCENDING.thenComparing(LATEST_FIRST))
                .toList();
    }

    Optional<Price> price(String model, LocalDate day) {
        return Stream.of(
                        exact.getOrDefault(model, List.of()).stream(),
                        dated.getOrDefault(model, List.of()).stream(),
                        dated.getOrDefault(withoutDate(model), List.of()).stream(),
                        prefixes.stream().filter(entry -> model.startsWith(entry.model())))
                .flatMap(Function.identity())
                .filter(entry -> !entry.from().isAfter(day))
                .findFirst()
                .map(Entry::price);
    }

    private static Map<String, List<Entry>> byModel(List<Entry> entries, Match match) {
        return entries.stream()
                .filter(entry -> entry.match() == match)
                .sorted(LATEST_FIRST)
                .collect(groupingBy(Entry::model));
    }

    private static String withoutDate(String model) {
        return DATE.matcher(model).replaceFirst("");
    }
}
