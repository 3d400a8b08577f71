package io.parley.config;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.parley.contract.Price;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Holds dated prices of models. Does not guess: a model without an entry has no price. */
public final class PriceList {

    /** Which model ids an entry applies to; more specific matches take precedence. */
    public enum Match {
        /** This id. */
        EXACT,
        /** This id, also with the date of a release: {@code -20260401}, {@code -2026-04-01} or {@code @20260401}. */
        DATED,
        /** Every id that begins with it. */
        PREFIX
    }

    /**
     * The price of a model, or of several.
     *
     * @param provider name of the provider, or of a price family
     * @param model model id, or its beginning
     * @param from first day on which it applies
     */
    public record Entry(String provider, String model, Match match, LocalDate from, Price price) {}

    private final List<Entry> entries;
    private final Map<String, ProviderPrices> byProvider;
    private final Optional<PriceList> own;
    private final Map<String, String> families;

    public PriceList(List<Entry> entries) {
        this(List.copyOf(entries), index(entries), Optional.empty(), Map.of());
    }

    private PriceList(
            List<Entry> entries,
            Map<String, ProviderPrices> byProvider,
            Optional<PriceList> own,
            Map<String, String> families) {
        this.entries = entries;
        this.byProvider = byProvider;
        this.own = own;
        this.families = families;
    }

    /** A list without entries. */
    public static PriceList empty() {
        return new PriceList(List.of());
    }

    /** The same list, in which the matching entries of {@code operatorPrices} take precedence. */
    public PriceList withOwn(PriceList operatorPrices) {
        return new PriceList(entries, byProvider, Optional.of(operatorPrices), families);
    }

    /** The same list, in which providers without a matching entry of their own have the prices of another name. */
    public PriceList withFamilies(Map<String, String> familyByProvider) {
        return new PriceList(entries, byProvider, own, Map.copyOf(familyByProvider));
    }

    /** The entries, without the operator's own. */
    public List<Entry> entries() {
        return entries;
    }

    /** Whether any entry, also of the operator's own, has this provider name. */
    public boolean contains(String provider) {
        return byProvider.containsKey(provider)
                || own.filter(list -> list.contains(provider)).isPresent();
    }

    /**
     * The price on {@code day}. Exact entries precede dated ones, dated ones prefixes, longer prefixes shorter ones, and later dates
     * earlier ones.
     */
    public Optional<Price> price(String provider, String model, LocalDate day) {
        return Stream.concat(Stream.of(provider), Optional.ofNullable(families.get(provider)).stream())
                .flatMap(name -> find(name, model, day).stream())
                .findFirst();
    }

    private Optional<Price> find(String provider, String model, LocalDate day) {
        return own.flatMap(list -> list.find(provider, model, day))
                .or(() -> Optional.ofNullable(byProvider.get(provider)).flatMap(prices -> prices.price(model, day)));
    }

    private static Map<String, ProviderPrices> index(List<Entry> entries) {
        return entries.stream().collect(groupingBy(Entry::provider, collectingAndThen(toList(), ProviderPrices::new)));
    }
}
