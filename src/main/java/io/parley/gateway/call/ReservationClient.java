package io.parley.gateway.call;

import io.parley.bus.Bus;
import io.parley.config.PriceList;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Price;
import io.parley.contract.UsageMessage.Estimate;
import io.parley.contract.UsageMessage.EstimateResult;
import io.parley.contract.UsageMessage.Release;
import io.parley.contract.UsageMessage.Reserve;
import io.parley.gateway.routing.Candidate;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Reserves the maximum cost of a call before it is made. Does not know the budgets. */
public final class ReservationClient {

    private final Bus bus;
    private final PriceList prices;
    private final boolean accountingEnabled;
    private final InstantSource clock;

    /** @param accountingEnabled whether costs are accounted; if not, nothing is reserved */
    public ReservationClient(Bus bus, PriceList prices, boolean accountingEnabled, InstantSource clock) {
        this.bus = bus;
        this.prices = prices;
        this.accountingEnabled = accountingEnabled;
        this.clock = clock;
    }

    /** The current price of the model; empty if unknown. */
    public Optional<Price> price(Candidate candidate) {
        return prices.price(
                candidate.provider(), candidate.model(), LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }

    /** Reserves the maximum cost of the attempt; completes with false if that cost is unknown. Fails if a budget is exceeded. */
    Future<Boolean> reserveBudget(String attemptId, Open open, Candidate candidate) {
        if (!accountingEnabled) {
            return Future.succeededFuture(false);
        }
        Estimate estimate = new Estimate(attemptId, candidate.provider(), candidate.model(), open.prompt());
        return bus.request(Addresses.USAGE_ESTIMATE, estimate)
                .compose(estimated -> reserve(attemptId, open, candidate, estimated));
    }

    /** Releases the reservation of an attempt that was not made. */
    void release(String attemptId) {
        bus.request(Addresses.USAGE_RELEASE, new Release(attemptId));
    }

    private Future<Boolean> reserve(String attemptId, Open open, Candidate candidate, EstimateResult estimated) {
        if (estimated.maxCostMicros().isEmpty()) {
            return Future.succeededFuture(false);
        }
        Reserve reserve = new Reserve(
                attemptId,
                open.requestContext(),
                candidate.provider(),
                estimated.maxCostMicros().getAsLong());
        return bus.request(Addresses.USAGE_RESERVE, reserve).map(true);
    }
}
