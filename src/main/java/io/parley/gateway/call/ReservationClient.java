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

/** Knows what a call may cost, and has that much set aside before it is made. Knows no budgets. */
public final class ReservationClient {

    private final Bus bus;
    private final PriceList prices;
    private final boolean accountingEnabled;
    private final InstantSource clock;

    /** @param accountingEnabled whether somebody keeps count: if not, nothing is ever set aside */
    public ReservationClient(Bus bus, PriceList prices, boolean accountingEnabled, InstantSource clock) {
        this.bus = bus;
        this.prices = prices;
        this.accountingEnabled = accountingEnabled;
        this.clock = clock;
    }

    /** What the model costs today. */
    public Optional<Price> price(Candidate candidate) {
        return prices.price(
                candidate.provider(), candidate.model(), LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }

    /** Set aside what the attempt may cost at most, if that is known; whether that was done. Fails when a budget does not hold it. */
    Future<Boolean> reserveBudget(String attemptId, Open open, Candidate candidate) {
        if (!accountingEnabled) {
            return Future.succeededFuture(false);
        }
        Estimate estimate = new Estimate(attemptId, candidate.provider(), candidate.model(), open.prompt());
        return bus.request(Addresses.USAGE_ESTIMATE, estimate)
                .compose(estimated -> reserve(attemptId, open, candidate, estimated));
    }

    /** The attempt that something was set aside for is not made. */
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
