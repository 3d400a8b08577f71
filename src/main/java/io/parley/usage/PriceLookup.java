package io.parley.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.PriceList;
import io.parley.contract.Price;
import io.parley.contract.UsageMessage.AttemptEnded;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up the price of a model at a time. Logs a missing price once for each model; does not guess. */
final class PriceLookup {

    private static final Logger LOG = LoggerFactory.getLogger(PriceLookup.class);
    private static final int MAX_MODELS = 1_000;

    private final PriceList prices;
    private final InstantSource clock;
    private final Cache<String, Boolean> warnedModels = Caffeine.newBuilder()
            .maximumSize(MAX_MODELS)
            .executor(Runnable::run)
            .build();

    PriceLookup(PriceList prices, InstantSource clock) {
        this.prices = prices;
        this.clock = clock;
    }

    Optional<Price> currentPrice(String provider, String model) {
        return priceAt(provider, model, clock.instant());
    }

    /** Returns the attempt with its cost if the price is known; keeps an existing cost. */
    AttemptEnded withCost(AttemptEnded attempt) {
        if (attempt.usage().costMicros().isPresent()) {
            return attempt;
        }
        Optional<Price> price = priceAt(attempt.provider(), attempt.model(), attempt.startedAt());
        if (price.isEmpty() && isNews(attempt.provider() + "/" + attempt.model())) {
            LOG.atWarn()
                    .addKeyValue("provider", attempt.provider())
                    .addKeyValue("model", attempt.model())
                    .log("model price unknown: cost stays null until the model is added to the price list");
        }
        return price.map(knownPrice -> new AttemptEnded(
                        attempt.id(),
                        attempt.requestContext(),
                        attempt.provider(),
                        attempt.model(),
                        knownPrice.withCost(attempt.usage()),
                        Optional.of(knownPrice.version()),
                        attempt.problem(),
                        attempt.startedAt(),
                        attempt.firstTokenMillis(),
                        attempt.durationMillis(),
                        attempt.reason()))
                .orElse(attempt);
    }

    private boolean isNews(String model) {
        return warnedModels.asMap().putIfAbsent(model, true) == null;
    }

    private Optional<Price> priceAt(String provider, String model, Instant time) {
        return prices.price(provider, model, LocalDate.ofInstant(time, ZoneOffset.UTC));
    }
}
